// The sheet that finds a guest: on this phone, and on the server while it answers.
import { find } from "./lookup.js";
import { fault, open } from "./screens.js";
import { $, fill, words } from "./words.js";

const PAUSE_MS = 200;
// Of these a scan says something that somebody can act on.
const STANDING = ["valid", "blocked"];

export class Names {
  #parts;
  #asked = 0; // the latest search; an answer to an earlier one is dropped
  #timer = 0;
  #noted = null;
  #clock;

  // parts: {page, api, link, tickets, book, phone}
  constructor(parts) {
    this.#parts = parts;
    const time = { timeZone: parts.phone.door.event.timezone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    this.#clock = new Intl.DateTimeFormat(document.documentElement.lang, time);
    $("#names").addEventListener("opening", () => {
      this.#hint();
      this.#search(); // who is in, and which way this phone lets them, may have changed
    });
    $("#name-form").addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#search(), PAUSE_MS);
    });
    $("#name-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#search();
    });
    $("#note-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
  }

  #hint() {
    const { link, phone } = this.#parts;
    const offline = phone.door.settings.names_offline ? words.names_offline : words.names_hidden;
    $("#names-hint").textContent = link.online ? words.names_hint : offline;
  }

  async #search() {
    const typed = $("#q").value.trim();
    const asked = ++this.#asked;
    const { link, tickets } = this.#parts;
    const here = find(tickets.all(), typed).map((ticket) => this.#described(ticket));
    this.#show(here, typed);
    if (!link.online || typed.length < 2) return;
    const there = await this.#ask(typed);
    if (there && asked === this.#asked) this.#show(merged(there, here), typed);
  }

  // null when the server does not answer: what this phone knows stays.
  async #ask(typed) {
    const { api, link } = this.#parts;
    try {
      const { guests } = await api.get(`guests?${new URLSearchParams({ q: typed })}`, link.limits.slow_after_ms * 2);
      return guests.map((guest) => ({ ...guest, in_at: insideSince(guest.entries.map(([came, left]) => ({ came, left }))) }));
    } catch (trouble) {
      console.warn("no lookup:", trouble.message);
      link.missed();
      return null;
    }
  }

  // As the server describes a guest, and since when they are in.
  #described(ticket) {
    const { book, phone } = this.#parts;
    const variant = phone.door.variants.find(({ id }) => id === ticket.variant);
    return { ...ticket, variant_name: variant?.name ?? "", in_at: insideSince(book.stays(ticket.reference)) };
  }

  #show(guests, typed) {
    $("#guests").replaceChildren(...guests.map((guest) => this.#row(guest)));
    const found = guests.length ? fill(words.found, { number: guests.length }) : words.nobody_found;
    $("#found").textContent = typed.length < 2 ? "" : found;
  }

  #row(guest) {
    const { page } = this.#parts;
    const row = $("#guest").content.firstElementChild.cloneNode(true);
    const name = guest.holder || spoken(guest.reference);
    $("[data-holder]", row).textContent = guest.holder || "–";
    $("[data-about]", row).textContent = [guest.variant_name, guest.place, spoken(guest.reference)].filter(Boolean).join(" · ");
    $("[data-note]", row).textContent = guest.note;
    const tag = $("[data-tag]", row);
    const write = $("[data-write]", row);
    if (guest.in_at) this.#tag(tag, "warn", fill(words.in_since, { time: this.#clock.format(guest.in_at) }));
    else if (guest.state !== "valid") this.#tag(tag, "bad", words.states[guest.state]);
    else tag.remove();
    const scan = $("[data-scan]", row);
    const key = this.#key(guest);
    scan.hidden = key === null;
    scan.textContent = key?.text ?? "";
    scan.setAttribute("aria-label", key ? fill(key.label, { name }) : "");
    scan.addEventListener("click", () => page.byHand(guest.reference));
    write.setAttribute("aria-label", fill(words.note_on, { name }));
    write.addEventListener("click", () => this.#write(guest, name));
    return row;
  }

  // What a guest is offered here, as {text, label}, or null.
  #key({ state, in_at }) {
    const { phone } = this.#parts;
    if (!STANDING.includes(state)) return null;
    if (phone.stand.direction === "out") return { text: words.out_key, label: words.let_out };
    if (state === "blocked") return { text: words.check_key, label: words.check }; // says why, and who may overrule
    // Where they may come several times a day nobody scans them out.
    const again = phone.door.settings.entry_rule === "per_day";
    return in_at && !again ? null : { text: words.in_key, label: words.let_in };
  }

  #tag(tag, is, text) {
    tag.dataset.is = is;
    tag.textContent = text;
  }

  #write(guest, name) {
    this.#noted = guest;
    $("#note-label").textContent = fill(words.note_about, { name });
    $("#note-text").value = guest.note;
    fault($("#note-error"), "");
    open("note");
  }

  async #save() {
    const { api, tickets } = this.#parts;
    const text = $("#note-text").value.trim();
    try {
      await api.post("notes", { ticket: this.#noted.reference, text });
    } catch (trouble) {
      console.warn("no note:", trouble.message);
      fault($("#note-error"), words.not_saved);
      return;
    }
    const known = tickets.find(this.#noted.reference);
    if (known) known.note = text; // the next delta brings it to the disk
    $("#note").close();
    await this.#search();
  }
}

const insideSince = (stays) => stays.findLast(({ left }) => left == null)?.came ?? null;

export const spoken = (reference) => reference.match(/.{1,4}/g).join("-");

// The server's word about a ticket, except where this phone knows of an entry it was not told yet.
function merged(there, here) {
  const known = new Map(here.map((guest) => [guest.reference, guest]));
  return there.map((guest) => ({ ...guest, in_at: guest.in_at ?? known.get(guest.reference)?.in_at ?? null }));
}
