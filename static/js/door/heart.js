// Every few seconds: is the server there, does it have our log, do we have its news.
import { NoAnswer, Problem, Revoked, TooFast } from "./api.js";
import { tell } from "./stand.js";
import { write } from "./store.js";

const ONLINE_MS = 10_000;
const OFFLINE_MS = 4_000;
const PATIENCE_MS = 5_000;

export class Heart extends EventTarget {
  #parts;
  #timer = 0;
  #beating = null;

  // parts: {api, phone, link, clock, log, upload, snapshot, book, battery(), door()}; door() reads the door again.
  constructor(parts) {
    super();
    this.#parts = parts;
    addEventListener("online", () => this.beat());
    addEventListener("offline", () => this.#parts.link.lost());
    document.addEventListener("visibilitychange", () => document.hidden || this.beat());
  }

  // progress: of the first, long fetch.
  beat(progress) {
    clearTimeout(this.#timer);
    this.#beating ??= this.#beat(progress).finally(() => {
      this.#beating = null;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.beat(), this.#parts.link.online ? ONLINE_MS : OFFLINE_MS);
      this.dispatchEvent(new Event("beat"));
    });
    return this.#beating;
  }

  stop() {
    clearTimeout(this.#timer);
    this.beat = () => Promise.resolve();
  }

  async #beat(progress) {
    const { link, upload, snapshot, book, phone } = this.#parts;
    if (link.forced) return;
    const { losses } = link;
    try {
      if (!(await this.#hello())) return;
      await tell(phone);
      await upload.run();
      await snapshot.refresh(progress);
      book.covered(snapshot.covers);
      if (link.losses === losses) link.restored();
    } catch (trouble) {
      if (trouble instanceof Revoked) this.dispatchEvent(new Event("revoked"));
      else if (trouble instanceof NoAnswer) link.missed();
      else if (!(trouble instanceof TooFast)) this.#stumble(trouble);
    }
  }

  #stumble(trouble) {
    this.#parts.link.missed();
    if (!(trouble instanceof Problem)) throw trouble;
    console.error(trouble);
  }

  // Whether the server answered as quickly as asked.
  async #hello() {
    const { api, link, clock, log, snapshot, phone, battery, door } = this.#parts;
    const body = {
      queue: log.queue,
      data_at: snapshot.at,
      battery: await battery(),
      offline_since: link.since && link.since + clock.read().offset,
    };
    const sent = clock.now();
    const answer = await api.post("hello", body, PATIENCE_MS);
    const received = clock.now();
    const learned = clock.learn(answer.server_time, sent, received);
    if (learned) await write([["meta", "clock", learned]]);
    if (answer.door_version !== phone.door.door_version) await door();
    this.dispatchEvent(new CustomEvent("counts", { detail: answer.counts }));
    return link.heard(received - sent);
  }
}
