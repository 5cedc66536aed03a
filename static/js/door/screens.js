// One screen at a time; the parts of it that are shown together share a name.
import { $, $$ } from "./words.js";

export function show(name) {
  $("#screen").dataset.at = name;
  for (const part of $$("[data-show]")) part.hidden = part.dataset.show !== name;
  $$(`[data-show="${name}"][tabindex]`)[0]?.focus();
}

// A screen of words, with a key or without. Resolves when the key is pressed.
export function tell(title, text, key = "") {
  $("#message-title").textContent = title;
  $("#message-text").textContent = text;
  const button = $("#message-key");
  button.textContent = key;
  button.hidden = !key;
  show("message");
  return new Promise((resolve) => button.addEventListener("click", resolve, { once: true }));
}

export function fault(place, text) {
  place.textContent = text;
  place.hidden = !text;
}

// Sheets open and close by the keys that say so.
export function sheets(touched) {
  for (const key of $$("[data-opens]"))
    key.addEventListener("click", () => {
      touched();
      open(key.dataset.opens);
    });
  for (const key of $$("[data-closes]")) key.addEventListener("click", () => key.closest("dialog").close());
}

export function open(id) {
  const sheet = document.getElementById(id);
  sheet.dispatchEvent(new Event("opening"));
  sheet.showModal();
}

export const closeSheets = () => $$("dialog[open]").forEach((sheet) => sheet.close());
export const aSheetIsOpen = () => Boolean($("dialog[open]"));
