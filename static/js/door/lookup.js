// Finding a guest without a network: part of a name, with or without accents, or the start of a reference.
import { normalise } from "./look.js";

const FOUND_MAX = 20;
const LETTERS_MIN = 2;
const REFERENCE_MIN = 4;
const APART = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };

export const plain = (text) =>
  text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[ßæœøłđðþı]/g, (letter) => APART[letter]);

// Every word typed stands somewhere in the name. By name.
export function find(tickets, typed) {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  if (typed.trim().length < LETTERS_MIN) return [];
  const reference = normalise(typed.trim());
  const found = [];
  for (const ticket of tickets) {
    const name = plain(ticket.holder);
    const named = name && words.every((word) => name.includes(word));
    const referred = reference.length >= REFERENCE_MIN && ticket.reference.startsWith(reference);
    if (named || referred) found.push(ticket);
  }
  const order = new Intl.Collator(document.documentElement.lang || "en");
  return found.sort((one, other) => order.compare(one.holder, other.holder)).slice(0, FOUND_MAX);
}
