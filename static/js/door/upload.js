// Brings the log to the server, in batches, in order. Sending twice does no harm; a crash loses nothing.
const ENTRIES_MAX = 500;
const LETTERS_MAX = 400_000; // the server takes 512 KB of JSON; accents and quotes make it longer

export class Upload {
  #api;
  #log;
  #doing = null;
  refused = 0; // entries the server would not take as they are; it keeps them as a flaw of this log

  constructor(api, log) {
    this.#api = api;
    this.#log = log;
  }

  // One at a time; resolves with the queue empty, or when the server takes no more; rejects with what the call rejected with.
  run() {
    this.#doing ??= this.#run().finally(() => (this.#doing = null));
    return this.#doing;
  }

  async #run() {
    let again = 0;
    while (this.#log.queue) {
      const before = this.#log.sent;
      const answer = await this.#send(before + 1);
      await this.#log.uploaded(answer.head);
      this.refused += answer.refused.length;
      for (const [from, to] of answer.missing) await this.#send(from, to);
      again = this.#log.sent > before ? 0 : again + 1;
      // An entry it refuses stays in the queue, in sight; the door goes on, and decides those tickets here.
      if (again > 2) return;
    }
  }

  async #send(from, to = Infinity) {
    const texts = await this.#log.texts(from, to, ENTRIES_MAX);
    return this.#api.post("log", { entries: firstOf(texts, LETTERS_MAX) });
  }
}

function firstOf(texts, letters) {
  let sum = 0;
  const end = texts.findIndex((text) => (sum += text.length) > letters);
  return end < 0 ? texts : texts.slice(0, Math.max(1, end));
}
