// Shows one verdict on the whole screen: colour, sign, word, person, reason, and who may overrule it.
import { $, $$, fill, words } from "./words.js";

const KINDS = { admitted: "yes", left: "out", already_used: "twice" };

export const kindOf = ({ verdict, reason }) => (reason === "unsynced" ? "new" : (KINDS[verdict] ?? "no"));
export const isLetThrough = (kind) => ["yes", "new", "out"].includes(kind);

export class VerdictScreen {
  #root = $("#verdict");
  #behind = $("#scan");
  #clock;
  #date;
  #span;

  // timezone: of the event
  constructor(timezone) {
    const language = document.documentElement.lang;
    const time = { timeZone: timezone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
    this.#clock = new Intl.DateTimeFormat(language, time);
    this.#date = new Intl.DateTimeFormat(language, { timeZone: timezone, dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
    this.#span = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  }

  get open() {
    return !this.#root.hidden;
  }

  close() {
    this.#root.hidden = true;
    this.#behind.inert = false;
  }

  // answer: of the server or of this phone · supervised: whether the door has a supervisor. Returns its kind.
  show(answer, supervised) {
    const kind = kindOf(answer);
    const { ticket, overrule } = answer;
    const tier = [ticket?.variant, ticket?.place, ticket?.access_level].filter(Boolean).join(", ");
    this.#fill(kind, {
      word: words.verdicts[answer.verdict],
      who: ticket?.holder ?? "",
      tier,
      note: ticket?.note ?? "",
      why: this.#why(answer),
      overrule: isLetThrough(kind) ? "" : whoMay(overrule, supervised),
    });
    $("[data-supervisor]", this.#root).hidden = isLetThrough(kind) || overrule !== "supervisor" || !supervised;
    return kind;
  }

  // Friendly words and nothing else, for guests who check in by themselves.
  showGuest(answer) {
    const kind = kindOf(answer);
    const word = kind === "out" ? words.kiosk.bye : isLetThrough(kind) ? words.kiosk.welcome : words.kiosk.ask;
    this.#fill(kind, { word, who: isLetThrough(kind) ? (answer.ticket?.holder ?? "") : "" });
    return kind;
  }

  // No verdict: the code was not checked, and the screen must not look as if it was.
  showTrouble(word, why) {
    this.#fill("none", { word, why });
  }

  #fill(kind, texts) {
    const root = this.#root;
    root.dataset.is = kind;
    root.setAttribute("role", isLetThrough(kind) ? "status" : "alert");
    for (const name of ["word", "who", "tier", "note", "why", "overrule"]) {
      const place = $(`[data-${name}]`, root);
      place.textContent = texts[name] ?? "";
      place.hidden = !texts[name];
    }
    for (const part of $$("[data-for]", root))
      part.toggleAttribute("hidden", !part.dataset.for.split(" ").includes(kind));
    root.hidden = false;
    this.#behind.inert = true;
    if (!isLetThrough(kind)) $("[data-next]", root).focus();
  }

  #why({ reason, entry, event, change, overruled }) {
    const sentences = [];
    if (overruled) sentences.push(fill(words.overruled, overruled));
    if (entry) sentences.push(this.#entrance(entry));
    if (event)
      sentences.push(fill(words.starts, { title: event.title, time: this.#date.format(new Date(event.starts_at)) }));
    else if (reason) sentences.push(words.reasons[reason]);
    if (change) sentences.push(this.#since(change));
    return sentences.filter(Boolean).join(" ");
  }

  #since({ at, reason }) {
    const since = fill(words.since, { time: this.#date.format(new Date(at)) });
    return reason ? `${since}: ${words.changes[reason] ?? reason}` : `${since}.`;
  }

  #entrance({ at, gate, device }) {
    const time = new Date(at);
    const when = fill(words.went_in, { time: this.#clock.format(time) });
    return `${[when, gate, device].filter(Boolean).join(", ")} (${this.#ago(time)}).`;
  }

  #ago(time) {
    const minutes = Math.round((time - Date.now()) / 60000);
    if (Math.abs(minutes) < 60) return this.#span.format(minutes, "minute");
    const hours = Math.round(minutes / 60);
    return Math.abs(hours) < 48 ? this.#span.format(hours, "hour") : this.#span.format(Math.round(hours / 24), "day");
  }
}

function whoMay(overrule, supervised) {
  if (overrule !== "supervisor") return words.nobody;
  return supervised ? words.only_supervisor : words.no_supervisor;
}
