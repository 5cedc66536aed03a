// Without a secure context a browser gives neither sealed storage nor signatures nor a service worker.
// The door then works online only: every scan is the server's word, nothing is kept but this phone's key.
import { Api, NoAnswer, TooFast } from "./api.js";
import { uuid } from "./bytes.js";
import { Clock } from "./clock.js";
import { Unchecked } from "./desk.js";
import { Link } from "./link.js";
import { follow } from "./stand.js";

const KEPT = "door:plain";
const PATIENCE_MS = 6_000;

export class PlainPhone {
  device;
  door;
  stand = { gate: null, direction: "in", box: false, kiosk: false };

  // null when this phone is no device. Rejects as a call does.
  static async open() {
    const kept = localStorage.getItem(KEPT);
    if (!kept) return null;
    const phone = Object.assign(new PlainPhone(), JSON.parse(kept));
    await phone.readDoor();
    return phone;
  }

  static async pair(code, name, nonce) {
    const phone = new PlainPhone();
    const { device, key, name: given, gate } = await new Api().post("pair", { code, name, nonce });
    phone.device = { id: device, key, name: given };
    await phone.standAt({ gate: gate ?? null });
    await phone.readDoor();
    return phone;
  }

  get api() {
    return new Api(this.device.key);
  }

  async readDoor() {
    const before = this.door?.device.gate ?? this.stand.gate;
    this.door = await this.api.get("door");
    this.device.name = this.door.device.name;
    await follow(this, before);
  }

  async standAt(changes) {
    this.stand = { ...this.stand, ...changes };
    localStorage.setItem(KEPT, JSON.stringify({ device: this.device, stand: this.stand }));
  }

  async leave() {
    localStorage.removeItem(KEPT);
  }
}

// The parts of a door, as app.js puts them together where more is possible.
export function plainParts(phone) {
  const { api } = phone;
  const clock = new Clock();
  const link = new Link(phone.door.settings, () => clock.now());
  const nothing = { queue: 0, refused: 0, size: 0, at: null, complete: false, covers: null, all: [] };
  const still = { run: async () => {}, refresh: async () => {}, covered: () => {}, ticket: () => undefined };
  const absent = { ...nothing, ...still };
  return {
    phone,
    api,
    clock,
    link,
    log: absent,
    upload: absent,
    snapshot: absent,
    book: absent,
    left: { waiting: 0 },
    tickets: { size: 0, all: () => [], find: () => undefined, forget: () => {} },
    supervisors: absent,
    desk: { attempt: (code, mode, id) => ask(phone, link, clock, { code, mode, id }), undo: null },
  };
}

async function ask({ api, stand }, link, clock, { code, mode, id = uuid() }) {
  const { gate, direction } = stand;
  const sent = clock.now();
  const wanted = { token: code, gate, direction, mode, scan_id: id, scanned_at: new Date(sent).toISOString() };
  try {
    const answer = await api.post("scans", wanted, PATIENCE_MS);
    link.heard(clock.now() - sent);
    return { answer, entry: null };
  } catch (trouble) {
    link.missed();
    if (trouble instanceof TooFast || !(trouble instanceof NoAnswer)) throw trouble;
    throw new Unchecked(id);
  }
}
