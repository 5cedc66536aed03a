// The start of the door's page: which screen, in which order, and the parts of a door put together.
import { Revoked } from "./api.js";
import { Book } from "./book.js";
import { Clock } from "./clock.js";
import { Desk } from "./desk.js";
import { Heart } from "./heart.js";
import { install, keepLanguage } from "./install.js";
import { kiosk } from "./kiosk.js";
import { Left } from "./left.js";
import { Link } from "./link.js";
import { Log } from "./log.js";
import { More, dressForSun, languages } from "./more.js";
import { Names } from "./names.js";
import { overrideSheet } from "./override.js";
import { Page } from "./page.js";
import { askForPairing, choosesAnEvent, codeOfAddress } from "./pairing.js";
import { Phone, evicted, mark } from "./phone.js";
import * as pin from "./pin.js";
import { PlainPhone, plainParts } from "./plain.js";
import { show, tell } from "./screens.js";
import { Snapshot } from "./snapshot.js";
import { Status } from "./status.js";
import { read, write } from "./store.js";
import { Supervisors } from "./supervisors.js";
import { Tickets, dropped } from "./tickets.js";
import { readKeys } from "./token.js";
import { Wiped, chosen, unlocked } from "./unlock.js";
import { Upload } from "./upload.js";
import { $, $$, config, fill, words } from "./words.js";

const SEND_AGAIN_MS = 10_000;

let page = null;
let mayRestart = true;

// Two windows would write one log; the last one opened may take it over. The other one ends at once, with
// its camera, and starts anew.
function alone() {
  if (!navigator.locks) return Promise.resolve();
  return new Promise((resolve) => {
    const hold = () => {
      resolve();
      return new Promise(() => {});
    };
    const stolen = () => location.reload();
    navigator.locks.request("door", { ifAvailable: true }, async (lock) => {
      if (lock) return hold();
      await tell(words.elsewhere, words.elsewhere_why, words.here);
      navigator.locks.request("door", { steal: true }, hold).catch(stolen);
    }).catch(stolen);
  });
}

async function pairAnew(code) {
  const waiting = await new Left(new Clock()).bring();
  const lost = await evicted();
  if (!code && !waiting && !lost && (await choosesAnEvent())) return goTo(config.events);
  const before = [lost && fill(words.evicted, { number: lost.queue }), waiting && fill(words.left, { number: waiting })];
  const phone = await askForPairing(Phone.pair, { code, before: before.filter(Boolean).join(" ") });
  await navigator.storage?.persist?.();
  return phone;
}

// Nothing of this page happens any more.
function goTo(address) {
  location.replace(address);
  return new Promise(() => {});
}

// The parts every door has, before its tickets are open.
async function assemble(phone) {
  const clock = new Clock((await read("meta", "clock")) ?? null);
  const log = await new Log(phone.device.id, phone.key, clock).open();
  const { api } = phone;
  return { phone, clock, log, api, left: new Left(clock), upload: new Upload(api, log) };
}

// The words may stand until the phone is put away, so what it wrote goes to the server beside them.
async function dismiss(phone, title, text) {
  page?.end();
  await phone.leave();
  const read = tell(title, text, words.pair_again);
  sendLeft(text);
  await read;
  location.assign(config.scope);
}

async function sendLeft(text) {
  const waiting = await new Left(new Clock()).bring();
  $("#message-text").textContent = waiting ? `${text} ${fill(words.left, { number: waiting })}` : text;
  if (waiting) setTimeout(() => sendLeft(text), SEND_AGAIN_MS);
}

async function isOver({ phone, clock, log, left, upload }) {
  if (clock.server() < phone.door.event.closes_at) return false;
  await write(dropped);
  const send = async () => {
    const [own] = await Promise.allSettled([upload.run(), left.bring()]);
    const brought = own.status === "fulfilled" || own.reason instanceof Revoked;
    if (!brought || left.waiting) setTimeout(send, SEND_AGAIN_MS);
  };
  const told = () => fill(words.over_why, { number: log.queue + left.waiting });
  tell(words.over, told(), words.pair_again).then(async () => {
    await phone.leave();
    location.assign(config.scope);
  });
  setInterval(() => ($("#message-text").textContent = told()), 1000);
  send();
  return true;
}

// The tickets, opened with whatever their key asks for.
async function openTickets(parts) {
  const { phone } = parts;
  if (!(await pin.isBoxed())) return new Tickets(phone.key).open();
  const meanwhile = withoutPin(parts);
  try {
    const key = await Promise.race([unlocked(phone.key, () => forgotten(phone)), meanwhile.revoked]);
    return new Tickets(key).open();
  } finally {
    meanwhile.end();
  }
}

// What needs no PIN: the log goes to the server, and a phone that may not scan any more is told so.
function withoutPin({ api, left, upload }) {
  let timer = 0;
  let over = false;
  const revoked = new Promise((_, reject) => {
    const look = async () => {
      try {
        await upload.run();
        await left.bring();
        await api.get("door");
      } catch (trouble) {
        if (trouble instanceof Revoked) return reject(trouble);
      }
      if (!over) timer = setTimeout(look, SEND_AGAIN_MS);
    };
    look();
  });
  const end = () => {
    over = true;
    clearTimeout(timer);
  };
  return { revoked, end };
}

// Nobody knows the PIN any more: without the list, and with the log, this phone can be paired anew.
async function forgotten(phone) {
  if (!confirm(words.forgotten)) return;
  await phone.leave();
  location.assign(config.scope);
}

async function run(parts) {
  const { phone, clock, log, api, upload } = parts;
  const tickets = await openTickets(parts);
  const snapshot = await new Snapshot(api, tickets, clock, log).open();
  if (phone.door.settings.start_pin && !(await pin.isBoxed())) await chosen(phone.key, tickets);
  const boxed = await pin.isBoxed();
  const link = new Link(phone.door.settings, () => clock.now());
  const book = new Book(tickets, () => phone.door.settings.entry_rule);
  await remember(book, parts, snapshot);
  const keys = new Keys(phone);
  await keys.read();
  const supervisors = new Supervisors(() => phone.door.supervisors, () => clock.now());
  const whole = { ...parts, tickets, snapshot, link, book, keys, supervisors };
  const desk = new Desk({ ...whole, upload, stand: () => standing(phone) });
  const heart = open({ ...whole, desk, ownPin: boxed ? (typed) => pin.open(typed, phone.key) : null });
  heart.addEventListener("beat", () => link.online && parts.left.bring());
  heart.addEventListener("beat", () => mark({ queue: log.queue + parts.left.waiting }));
  parts.left.bring();
  await desk.started(config.version);
  if (!snapshot.complete) await firstFetch(heart);
  show("door");
  heart.beat();
  // With a PIN a new start would stop the door until somebody types it: a new version waits until it is asked for again.
  mayRestart = !boxed;
}

// The keys of tickets change when the door is read again.
class Keys {
  #phone;
  known = new Map();

  constructor(phone) {
    this.#phone = phone;
  }

  async read() {
    this.known = await readKeys(this.#phone.door.keys);
  }
}

// The door's page on its parts. Returns its heart, not beating yet.
function open(whole) {
  const { phone, link, keys } = whole;
  const status = new Status(whole);
  let more = null;
  const door = async () => {
    await phone.readDoor();
    await keys?.read();
    link.limits = phone.door.settings;
    await more.refresh();
  };
  const heart = new Heart({ ...whole, battery, door });
  const revoked = () => {
    heart.stop();
    whole.tickets.forget();
    return dismiss(phone, words.revoked, words.revoked_why);
  };
  heart.addEventListener("counts", ({ detail }) => (status.counts = detail));
  heart.addEventListener("revoked", revoked);
  page = new Page({ ...whole, status, revoked });
  overrideSheet({ ...whole, page });
  new Names({ ...whole, page });
  more = new More({ ...whole, status, heart, logOut: () => logOut(whole, heart) });
  more.refresh();
  kiosk({ ...whole, page, wiped: () => location.reload() });
  return heart;
}

async function runPlain(code) {
  const phone = (code ? null : await PlainPhone.open()) ?? (await askForPairing(PlainPhone.pair, { code, before: words.insecure }));
  const heart = open(plainParts(phone));
  show("door");
  heart.beat();
}

// What this phone did since the tickets were fetched.
async function remember(book, { log, phone }, snapshot) {
  const { sent, head } = snapshot.covers;
  const texts = await log.texts(Math.min(sent, head) + 1);
  for (const text of texts) book.note(JSON.parse(text), phone.device.name);
  book.covered(snapshot.covers);
}

async function firstFetch(heart) {
  show("load");
  await heart.beat((number) => ($("#loaded").textContent = fill(words.loading, { number })));
}

const standing = ({ stand: { gate, direction } }) => ({ gate, direction });

async function battery() {
  const found = await navigator.getBattery?.();
  return found ? Math.round(found.level * 100) : null;
}

async function logOut({ phone, api, upload }, heart) {
  heart.stop();
  await upload.run().catch(() => {}); // what does not go now goes at the next start
  await api.remove("device").catch(() => {}); // without a network the organizer revokes it
  await phone.leave();
  location.assign(config.scope);
}

// A phone that waits to be paired or for its PIN has time for a new version, unless somebody is typing.
function untouched() {
  const waits = ["pair", "unlock"].includes($("#screen").dataset.at) && $("#pair-eye").hidden;
  return waits && $$("#screen input").every(({ value }) => !value);
}

async function start() {
  dressForSun();
  languages();
  keepLanguage();
  install(() => mayRestart && (page ? page.idle : untouched())).catch((trouble) => console.error(trouble));
  await alone();
  const code = codeOfAddress();
  // A pairing link opened where this page is open already changes nothing but what is behind the #.
  addEventListener("hashchange", () => location.reload());
  if (!window.isSecureContext) return runPlain(code);
  const phone = (code ? null : await Phone.open()) ?? (await pairAnew(code));
  if (await pin.isWiped()) return dismiss(phone, words.wiped, words.wiped_why);
  const parts = await assemble(phone);
  if (await isOver(parts)) return;
  try {
    await run(parts);
  } catch (trouble) {
    if (trouble instanceof Revoked) return dismiss(phone, words.revoked, words.revoked_why);
    if (!(trouble instanceof Wiped)) throw trouble;
    await dismiss(phone, words.wiped, words.wiped_why);
  }
}

start();
