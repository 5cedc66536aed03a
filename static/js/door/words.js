// What the page says comes from the server with the page; scripts hold no words of their own.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const json = (id) => JSON.parse(document.getElementById(id).textContent);
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

export const words = document.getElementById("door-words") ? json("door-words") : {};
export const config = document.getElementById("door-config") ? json("door-config") : {};

const decimal = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 1 });

// Not "-0" for a hair less than nothing.
export const inSeconds = (ms) => decimal.format(Math.round(ms / 100) / 10 || 0);

export function ago(seconds) {
  if (seconds < 90) return fill(words.seconds, { n: Math.max(0, Math.round(seconds)) });
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? fill(words.minutes, { n: minutes }) : fill(words.hours, { n: Math.round(minutes / 60) });
}
