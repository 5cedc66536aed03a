// The tickets this phone knows: in memory a map, on the disk sealed in buckets by their reference.
import { seal, unseal } from "./seal.js";
import { everything, readEntries, write } from "./store.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // of references
const FIELDS = ["reference", "holder", "variant", "level", "state", "version", "place", "note", "entries"];

// 256 of them: enough that a change writes little, few enough that opening is quick.
const bucketOf = (reference) =>
  Math.max(0, ALPHABET.indexOf(reference[0])) * 8 + (Math.max(0, ALPHABET.indexOf(reference[1])) >> 2);

// entries: [{came, left, gate, device}]
const fromRow = (row) => {
  const ticket = Object.fromEntries(FIELDS.map((name, number) => [name, row[number]]));
  ticket.entries = row[8].map(([came, left, gate, device]) => ({ came, left, gate, device }));
  return ticket;
};

const toRow = (ticket) => [
  ...FIELDS.slice(0, 8).map((name) => ticket[name]),
  ticket.entries.map(({ came, left, gate, device }) => [came, left, gate, device]),
];

export class Tickets {
  #key;
  #known = new Map();
  #buckets = Array.from({ length: 256 }, () => new Set());

  constructor(key) {
    this.#key = key;
  }

  get size() {
    return this.#known.size;
  }

  find = (reference) => this.#known.get(reference);
  all = () => this.#known.values();

  async open() {
    for (const [number, sealed] of await readEntries("buckets", everything))
      this.#take(JSON.parse(await unseal(this.#key, sealed, `bucket:${number}`)));
    return this;
  }

  // rows: as the server sends them. state: what is kept beside them (cursor, age), in the same transaction.
  async replaceAll(rows, state) {
    this.#known.clear();
    for (const bucket of this.#buckets) bucket.clear();
    this.#take(rows);
    await this.#keep(this.#buckets.keys(), state);
  }

  async change(rows, state) {
    this.#take(rows);
    await this.#keep(new Set(rows.map(([reference]) => bucketOf(reference))), state);
  }

  // Everything under another key, with other changes in the same transaction.
  async rekey(key, changes) {
    this.#key = key;
    await write([...changes, ...(await this.#sealed(this.#buckets.keys()))]);
  }

  forget() {
    this.#known.clear();
    for (const bucket of this.#buckets) bucket.clear();
  }

  #take(rows) {
    for (const row of rows) {
      this.#known.set(row[0], fromRow(row));
      this.#buckets[bucketOf(row[0])].add(row[0]);
    }
  }

  #keep = async (numbers, state) => write([["meta", "snapshot", state], ...(await this.#sealed(numbers))]);

  async #sealed(numbers) {
    const changes = [];
    for (const number of numbers) {
      const rows = [...this.#buckets[number]].map((reference) => toRow(this.#known.get(reference)));
      changes.push(["buckets", number, await seal(this.#key, JSON.stringify(rows), `bucket:${number}`)]);
    }
    return changes;
  }
}

// Their end, for write(): of the tickets, of how far they go, and of the box of their key.
export const dropped = [["buckets", everything], ["meta", "snapshot"], ["meta", "box"]];
