// What happened at this phone: an append-only chain, each entry naming the hash of the one before.
// An entry is on the disk before append() resolves; the verdict is shown after that.
import { hex, sha256, utf8, uuid } from "./bytes.js";
import { seal, unseal } from "./seal.js";
import { read, readAll, write } from "./store.js";

const START = { seq: 0, hash: "0".repeat(64) };

export class Log {
  #device;
  #key;
  #clock;
  #head;
  #sent;
  #writing = Promise.resolve();

  // device: whose log it is. Rows of a device that was logged out stay until they are uploaded.
  constructor(device, key, clock) {
    this.#device = device;
    this.#key = key;
    this.#clock = clock;
  }

  async open() {
    this.#head = (await read("meta", this.#named("head"))) ?? START;
    this.#sent = (await read("meta", this.#named("sent"))) ?? 0;
    return this;
  }

  // How many entries the server does not have yet.
  get queue() {
    return Math.max(0, this.#head.seq - this.#sent);
  }

  get sent() {
    return this.#sent;
  }

  get head() {
    return this.#head.seq;
  }

  // kind: scan, override, undo, pin_failed or start; fields: what belongs to it. Returns the whole entry.
  // along: changes that are written with it, or not at all.
  append(kind, fields, along = []) {
    const doing = this.#writing.then(() => this.#append(kind, fields, along));
    this.#writing = doing.catch(() => {});
    return doing;
  }

  async #append(kind, { id = uuid(), ...fields }, along) {
    const before = this.#head;
    const entry = { v: 1, seq: before.seq + 1, prev: before.hash, id, kind, ...this.#clock.read(), ...fields };
    const words = JSON.stringify(entry);
    const head = { seq: entry.seq, hash: hex(await sha256(utf8(words))) };
    const row = await seal(this.#key, words, this.#about(entry.seq));
    await write(
      [
        ["log", [this.#device, entry.seq], row],
        ["meta", this.#named("head"), head],
        ...along,
      ],
      // Another tab's entry must not be written over.
      { table: "meta", key: this.#named("head"), holds: (found) => (found ?? START).hash === before.hash },
    );
    this.#head = head;
    return entry;
  }

  // The texts of entries from..to, at most `most`.
  async texts(from, to = Infinity, most = Infinity) {
    const last = Math.min(to, from + most - 1, this.#head.seq);
    if (last < from) return [];
    const range = IDBKeyRange.bound([this.#device, from], [this.#device, last]);
    const rows = await readAll("log", range);
    return Promise.all(rows.map((row, number) => unseal(this.#key, row, this.#about(from + number))));
  }

  // The server has everything up to seq.
  async uploaded(seq) {
    this.#sent = Math.min(seq, this.#head.seq);
    await write([["meta", this.#named("sent"), this.#sent]]);
  }

  // Forgets a log nobody needs any more.
  async drop() {
    const range = IDBKeyRange.bound([this.#device], [this.#device, []]);
    await write([["log", range], ["meta", this.#named("head")], ["meta", this.#named("sent")]]);
  }

  #about = (seq) => `log:${this.#device}:${seq}`;
  #named = (what) => `${what}:${this.#device}`;
}
