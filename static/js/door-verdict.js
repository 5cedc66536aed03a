// Shows one verdict on the whole screen: colour, sign, word, person, reason.
const KINDS = { admitted: "yes", already_used: "twice" };
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export class VerdictScreen {
  #root;
  #behind;
  #words;
  #clock;
  #span;

  // behind: what cannot be touched while a verdict is shown.
  constructor(root, behind, words, { language, timezone }) {
    this.#root = root;
    this.#behind = behind;
    this.#words = words;
    this.#clock = new Intl.DateTimeFormat(language, {
      timeZone: timezone,
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    this.#span = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    this.date = new Intl.DateTimeFormat(language, {
      timeZone: timezone,
      dateStyle: "medium",
      timeStyle: "short",
    });
  }

  get open() {
    return !this.#root.hidden;
  }

  close() {
    this.#root.hidden = true;
    this.#behind.inert = false;
  }

  // An answer of the server. Returns its kind: yes, twice or no.
  show(answer) {
    const kind = KINDS[answer.verdict] ?? "no";
    const { ticket } = answer;
    const word = this.#words.verdicts[answer.verdict];
    const tier = [ticket?.variant, ticket?.place, ticket?.access_level].filter(Boolean).join(", ");
    this.#fill(kind, { word, who: ticket?.holder || "", tier, why: this.#why(answer) });
    return kind;
  }

  // No verdict: the code was not checked, and the screen must not look as if it was.
  showTrouble(word, why) {
    this.#fill("none", { word, who: "", tier: "", why });
  }

  #fill(kind, texts) {
    const root = this.#root;
    root.dataset.is = kind;
    root.setAttribute("role", kind === "yes" ? "status" : "alert");
    for (const [name, text] of Object.entries(texts)) {
      const place = root.querySelector(`[data-${name}]`);
      place.textContent = text;
      place.hidden = !text;
    }
    for (const part of root.querySelectorAll("[data-for]"))
      part.toggleAttribute("hidden", !part.dataset.for.split(" ").includes(kind));
    root.hidden = false;
    this.#behind.inert = true;
    if (kind !== "yes") root.querySelector("[data-next]").focus();
  }

  #why({ reason, entry, event, change }) {
    const words = this.#words;
    const sentences = [];
    if (entry) sentences.push(this.#entrance(entry));
    if (event)
      sentences.push(fill(words.starts, { title: event.title, time: this.date.format(new Date(event.starts_at)) }));
    else if (reason) sentences.push(words.reasons[reason]);
    if (change) sentences.push(this.#since(change));
    return sentences.filter(Boolean).join(" ");
  }

  #since({ at, reason }) {
    const since = fill(this.#words.since, { time: this.date.format(new Date(at)) });
    return reason ? `${since}: ${reason}` : `${since}.`;
  }

  #entrance({ at, gate, device }) {
    const time = new Date(at);
    const when = fill(this.#words.went_in, { time: this.#clock.format(time) });
    return `${[when, gate, device].filter(Boolean).join(", ")} (${this.#ago(time)}).`;
  }

  #ago(time) {
    const minutes = Math.round((time - Date.now()) / 60000);
    if (Math.abs(minutes) < 60) return this.#span.format(minutes, "minute");
    const hours = Math.round(minutes / 60);
    return Math.abs(hours) < 48 ? this.#span.format(hours, "hour") : this.#span.format(Math.round(hours / 24), "day");
  }
}
