// A supervisor's PIN is checked on the phone, which knows a hash of what it derives to, not the PIN.
// Wrong tries are counted before they are checked, and stay counted over restarts.
import { fromHex, hex, sha256, utf8, uuid } from "./bytes.js";
import { read, write } from "./store.js";

const TRIES = 5;
const LOCKED_MS = 5 * 60_000;

export class Locked extends Error {
  // until: the phone's clock, in ms
  constructor(until) {
    super("locked");
    this.until = until;
  }
}

export class WrongPin extends Error {
  constructor(left) {
    super("wrong PIN");
    this.left = left;
  }
}

// They are no supervisor here any more: the organizer took them off while their name was on the screen.
export class Retired extends Error {}

export class Supervisors {
  #list;
  #now;

  // list(): as the server sends them: {id, name, salt, iterations, check}, salt and check in hex
  constructor(list, now) {
    this.#list = list;
    this.#now = now;
  }

  get all() {
    return this.#list();
  }

  // The proof that this PIN was typed for this override. Throws Retired, Locked or WrongPin.
  async vouch(supervisorId, pin, { of, ticket }) {
    const key = await this.check(supervisorId, pin);
    const id = uuid();
    const signing = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const proof = await crypto.subtle.sign("HMAC", signing, utf8(`${id}|${of}|${ticket}|${supervisorId}`));
    return { id, supervisor: supervisorId, proof: hex(proof) };
  }

  // Throws Retired, Locked or WrongPin.
  async check(supervisorId, pin) {
    const supervisor = this.all.find(({ id }) => id === supervisorId);
    if (!supervisor) throw new Retired();
    const tries = await this.#spend();
    const key = await derived(pin, supervisor);
    if (hex(await sha256(key)) !== supervisor.check) throw new WrongPin(Math.max(0, TRIES - tries));
    await write([["meta", "supervisor_tries"]]);
    return key;
  }

  // After the fifth wrong one a try each five minutes.
  async #spend() {
    const { wrong = 0, at = 0 } = (await read("meta", "supervisor_tries")) ?? {};
    const until = at + LOCKED_MS;
    if (wrong >= TRIES && this.#now() < until) throw new Locked(until);
    await write([["meta", "supervisor_tries", { wrong: wrong + 1, at: this.#now() }]]);
    return wrong + 1;
  }
}

async function derived(pin, { salt, iterations }) {
  const typed = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: fromHex(salt), iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(how, typed, 256));
}
