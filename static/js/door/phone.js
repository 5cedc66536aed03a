// Which device this phone is, and of which door. Its key is sealed under one the browser never gives out.
import { Api } from "./api.js";
import { newKey, seal, unseal } from "./seal.js";
import { follow } from "./stand.js";
import { read, write } from "./store.js";
import { dropped } from "./tickets.js";

// Survives what throws IndexedDB away, so that the loss can be told.
const MARK = "door:paired";

export class Phone {
  key; // seals what lies here; null where there is no secure context
  device; // {id, key, name}
  door; // as the server described it
  stand; // {gate, direction, box, kiosk, untold}: where it stands; untold: see stand.js

  // null when this phone is no device.
  static async open() {
    const phone = new Phone();
    phone.key = await read("keys", "phone");
    const [device, door, stand] = await Promise.all(["device", "door", "stand"].map((name) => read("meta", name)));
    if (!phone.key || !device || !door) return null;
    phone.device = JSON.parse(await unseal(phone.key, device, "device"));
    phone.door = JSON.parse(await unseal(phone.key, door, "door"));
    phone.stand = stand;
    return phone;
  }

  // Rejects as the calls do; a Problem no_such_pairing when the code is wrong, used up or too old.
  static async pair(code, name, nonce) {
    const phone = new Phone();
    phone.key = (await read("keys", "phone")) ?? (await newKey());
    const { device, key, name: given } = await new Api().post("pair", { code, name, nonce });
    phone.device = { id: idOf(device), key, name: given };
    phone.door = await phone.api.get("door");
    phone.stand = { gate: phone.door.device.gate, direction: "in", box: false, kiosk: false };
    await write([
      ...(await owing()),
      ...dropped,
      ["keys", "phone", phone.key],
      ["meta", "device", await seal(phone.key, JSON.stringify(phone.device), "device")],
      ["meta", "door", await seal(phone.key, JSON.stringify(phone.door), "door")],
      ["meta", "stand", phone.stand],
      ...["supervisor_tries", "pin_tries", "wiped"].map((name) => ["meta", name]),
    ]);
    mark({ queue: 0 });
    return phone;
  }

  get api() {
    return new Api(this.device.key);
  }

  async readDoor() {
    const before = this.door.device.gate;
    this.door = await this.api.get("door");
    this.device.name = this.door.device.name;
    await follow(this, before);
    await write([
      ["meta", "door", await seal(this.key, JSON.stringify(this.door), "door")],
      ["meta", "device", await seal(this.key, JSON.stringify(this.device), "device")],
    ]);
  }

  async standAt(changes) {
    this.stand = { ...this.stand, ...changes };
    await write([["meta", "stand", this.stand]]);
  }

  // This phone is no device any more; a log that is not uploaded yet stays until it is.
  async leave() {
    const gone = ["device", "door", "stand", "wiped"].map((name) => ["meta", name]);
    await write([...(await owing()), ...dropped, ...gone]);
    localStorage.removeItem(MARK);
  }
}

// The device this phone is until now joins those whose log is looked after.
async function owing() {
  const [device, left] = await Promise.all([read("meta", "device"), read("meta", "left")]);
  return device ? [["meta", "left", [...(left ?? []), device]]] : [];
}

const idOf = (device) => device?.id ?? device;

// Kept beside the database: how much would be lost with it.
export function mark(facts) {
  localStorage.setItem(MARK, JSON.stringify({ at: Date.now(), ...facts }));
}

// What the browser threw away, or null: {queue, at}.
export async function evicted() {
  const kept = localStorage.getItem(MARK);
  return kept && !(await read("keys", "phone")) ? JSON.parse(kept) : null;
}

export const forgetEvicted = () => localStorage.removeItem(MARK);
