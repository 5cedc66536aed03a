// The page that keeps scanning: one attempt after the other, each with its verdict.
import { NoAnswer, Problem, Revoked, TooFast } from "./api.js";
import { Unchecked } from "./desk.js";
import { Eye } from "./eye.js";
import { listen } from "./keyboard.js";
import { aSheetIsOpen, closeSheets, sheets } from "./screens.js";
import { allowSound, signal } from "./signal.js";
import { VerdictScreen, isLetThrough } from "./verdict.js";
import { $, words } from "./words.js";

const HOLD_MS = { yes: 700, new: 700, out: 700, twice: 900, no: 900, none: 900 }; // until the camera may go on
const SHOWN_MS = 2500; // of a verdict that goes by itself
const GUEST_MS = 4000;
const QUIET_MS = 10_000;

export class Page {
  #parts;
  #verdict;
  #last = null; // {code, mode, id, answer, entry} on screen: for undo, for a supervisor, for trying again
  #busy = false;
  #ended = false;
  #lookAgainAt = 0;
  #hideTimer = 0;
  #quietSince = 0;

  // parts: {desk, phone, status, supervisors, book, revoked()}
  constructor(parts) {
    this.#parts = parts;
    this.#verdict = new VerdictScreen(parts.phone.door.event.timezone);
    this.eye = new Eye({
      may: () => this.#mayLook(),
      found: (code) => this.attempt(code),
      say: (text) => parts.status.say(text),
      facing: () => (this.#kiosk ? "user" : "environment"),
    });
    listen(() => !aSheetIsOpen() && performance.now() >= this.#lookAgainAt, (code) => this.attempt(code));
    sheets(allowSound);
    this.#keys();
    $("#title").textContent = parts.phone.door.event.title;
    $("#title").lang = parts.phone.door.event.language;
  }

  // Nothing is on screen or on its way.
  get idle() {
    const quiet = performance.now() - this.#quietSince > QUIET_MS;
    return quiet && !this.#busy && !this.#verdict.open && !aSheetIsOpen();
  }

  // This phone may not scan any more.
  end() {
    this.#ended = true;
    clearTimeout(this.#hideTimer);
    this.eye.stop();
    closeSheets();
    this.#verdict.close();
  }

  // What a supervisor could overrule now: {answer, entry}, or null.
  get refused() {
    return this.#verdict.open && this.#last?.answer?.overrule === "supervisor" ? this.#last : null;
  }

  // mode: how the code came; of the place this phone stands at unless told.
  async attempt(code, mode = this.#mode("door"), id = undefined) {
    if (this.#busy || this.#ended) return;
    this.#busy = true;
    this.#quietSince = performance.now();
    clearTimeout(this.#hideTimer);
    closeSheets();
    try {
      const { answer, entry } = await this.#parts.desk.attempt(code, mode, id);
      this.#last = { code, mode, answer, entry };
      this.#show(this.#known(answer));
    } catch (trouble) {
      this.#last = { code, mode, id: trouble instanceof Unchecked ? (trouble.id ?? undefined) : undefined };
      this.#trouble(trouble);
    } finally {
      this.#busy = false;
    }
  }

  // A code typed or a name chosen.
  byHand = (code) => this.attempt(code, this.#mode("manual"));

  // A supervisor let them in.
  overruled(entry, name) {
    const answer = { ...this.#last.answer, verdict: "admitted", reason: "", overrule: "", entry: null, change: null };
    answer.overruled = { name, words: entry.words };
    this.#last = { ...this.#last, answer, entry };
    this.#show(answer);
  }

  next() {
    clearTimeout(this.#hideTimer);
    this.#verdict.close();
    this.#lookAgainAt = 0;
    $("#scan").focus();
  }

  get #kiosk() {
    return this.#parts.phone.stand.kiosk;
  }

  #mode(otherwise) {
    if (this.#kiosk) return "kiosk";
    return this.#parts.phone.stand.box ? "box_office" : otherwise;
  }

  // The server does not send the note; this phone knows it.
  #known(answer) {
    const note = answer.ticket && this.#parts.book.ticket(answer.ticket.reference)?.note;
    return note ? { ...answer, ticket: { ...answer.ticket, note } } : answer;
  }

  #show(answer) {
    const kind = this.#kiosk
      ? this.#verdict.showGuest(answer)
      : this.#verdict.show(answer, this.#parts.supervisors.all.length > 0);
    if (!this.#parts.desk.undo) $("#verdict [data-undo]").hidden = true;
    if (answer.verdict === "admitted") this.#parts.status.add(1);
    if (answer.verdict === "left" && !answer.reason) this.#parts.status.add(-1);
    this.#shown(kind);
  }

  #shown(kind) {
    signal(kind);
    this.#quietSince = performance.now();
    this.#lookAgainAt = performance.now() + HOLD_MS[kind];
    if (this.#kiosk) this.#hideTimer = setTimeout(() => this.next(), GUEST_MS);
    else if (isLetThrough(kind)) this.#hideTimer = setTimeout(() => this.next(), SHOWN_MS);
  }

  #trouble(trouble) {
    if (trouble instanceof Revoked) return this.#parts.revoked();
    if (this.#kiosk) this.#verdict.showTrouble(words.kiosk.again, "");
    else this.#verdict.showTrouble(...explained(trouble));
    this.#shown("none");
  }

  async #undo() {
    clearTimeout(this.#hideTimer);
    const { desk, status } = this.#parts;
    const left = this.#last.answer.verdict === "left";
    try {
      await desk.undo(this.#last.entry);
      status.add(left ? 1 : -1);
      status.say(left ? words.undone_left : words.undone);
    } catch (trouble) {
      console.error(trouble);
      status.say(words.not_undone);
    }
    this.next();
  }

  #mayLook() {
    return !this.#busy && performance.now() >= this.#lookAgainAt && !document.hidden && !aSheetIsOpen();
  }

  #keys() {
    const { phone } = this.#parts;
    $("#verdict [data-next]").addEventListener("click", () => this.next());
    $("#verdict [data-undo]").addEventListener("click", () => this.#undo());
    $("#verdict [data-again]").addEventListener("click", () => {
      const { code, mode, id } = this.#last;
      this.attempt(code, mode, id);
    });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#verdict.open && !aSheetIsOpen() && !phone.stand.kiosk) this.next();
    });
    $("#type-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const field = event.target.elements.code;
      this.byHand(field.value.trim());
      field.value = "";
    });
  }
}

function explained(trouble) {
  if (trouble instanceof TooFast) return [words.too_fast, words.too_fast_why];
  if (trouble instanceof Unchecked) return [words.no_answer, trouble.id ? words.no_answer_why : words.no_list_why];
  if (trouble instanceof NoAnswer || trouble instanceof Problem) return [words.no_answer, words.no_answer_why];
  console.error(trouble);
  return [words.not_written, words.not_written_why];
}
