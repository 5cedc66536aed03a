// The bar on top and the numbers: online or not, how old the list is, what waits, how many are in.
import { $, ago, fill, inSeconds, words } from "./words.js";

export class Status {
  #parts;
  #counts = null;

  // parts: {link, log, left, snapshot, clock, phone, book}
  constructor(parts) {
    this.#parts = parts;
    // Until the server counts: what this phone knows.
    if (parts.snapshot.complete) this.#counts = parts.book.counts();
    parts.link.addEventListener("change", () => this.show());
    setInterval(() => this.show(), 1000);
    this.show();
  }

  // Words for a moment, below the eye.
  say(text) {
    $("#says").textContent = text;
  }

  set counts(counts) {
    this.#counts = counts;
    this.show();
  }

  // Shown at once; the next count of the server puts it right.
  add(number) {
    if (!this.#counts) return;
    const { gate } = this.#parts.phone.stand;
    this.#counts.inside += number;
    if (gate) this.#counts.by_gate[gate] = (this.#counts.by_gate[gate] ?? 0) + number;
    this.show();
  }

  // How old the list is, in seconds; null when there is none.
  get age() {
    const { snapshot, clock } = this.#parts;
    return snapshot.at === null ? null : Math.max(0, (clock.server() - snapshot.at) / 1000);
  }

  get #list() {
    if (!window.isSecureContext) return words.online_only;
    return this.age === null ? words.no_list : fill(words.age, { age: ago(this.age) });
  }

  show() {
    const { link, log, left, phone } = this.#parts;
    const { slow_after_ms: slow, offline_after: calls } = link.limits;
    put("#net", link.online ? words.online : link.forced ? words.forced : words.offline);
    put("#age", this.#list);
    put("#queue", fill(words.waiting, { number: log.queue + left.waiting }));
    put("#limit", fill(words.limit, { calls, seconds: inSeconds(slow) }));
    $("#state").toggleAttribute("data-off", !link.online);
    const gate = phone.door.gates.find(({ id }) => id === phone.stand.gate);
    put("#where", [gate?.name, when(phone.door.event)].filter(Boolean).join(" · "));
    if (!this.#counts) return;
    const { inside, expected, by_gate: byGate } = this.#counts;
    put("#inside", inside);
    put("#expected", fill(words.of_all, { expected }));
    put("#here", gate ? `${gate.name}: ${byGate[gate.id] ?? 0}` : "");
  }
}

function put(selector, text) {
  const place = $(selector);
  if (place.textContent !== String(text)) place.textContent = text;
}

const when = ({ starts_at: starts, timezone }) =>
  new Intl.DateTimeFormat(document.documentElement.lang, {
    timeZone: timezone,
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(starts);
