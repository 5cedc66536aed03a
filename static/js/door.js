// The door page: keeps looking, asks the server, shows what it says.
import { Camera } from "./door-camera.js";
import { makeReader, readPhoto } from "./door-code.js";
import { NoAnswer, Server, Shut, TooFast, newAttempt } from "./door-server.js";
import { allowSound, signal } from "./door-signal.js";
import { Stand } from "./door-stand.js";
import { VerdictScreen } from "./door-verdict.js";

const SAME_CODE_MS = 3000; // one code held before the camera is one scan
const HOLD_MS = { yes: 700, twice: 2000, no: 2000, none: 2000 }; // until the camera may go on
const YES_SHOWN_MS = 2500;
const COUNTS_EVERY_MS = 10000;

const json = (id) => JSON.parse(document.getElementById(id).textContent);
const $ = (selector) => document.querySelector(selector);
const config = json("door-config");
const words = json("door-words");

const server = new Server(config);
const stand = new Stand(config, server, words);
const verdict = new VerdictScreen($("#verdict"), $("#scan"), words, config);
const camera = new Camera($("#eye video"));

let reader = null;
let last = null; // the attempt on screen, for undo and for trying again
let lookAgainAt = 0;
let asking = false;
let hideTimer = 0;
const seenAt = new Map(); // code -> when the camera last saw it

// --- one attempt ---

async function attempt(code, mode = stand.mode) {
  await ask(newAttempt(code, mode, stand));
}

async function ask(wanted) {
  if (asking) return;
  asking = true;
  last = wanted;
  clearTimeout(hideTimer);
  for (const sheet of document.querySelectorAll("dialog[open]")) sheet.close();
  try {
    const answer = await server.scan(wanted);
    stand.heard();
    shown(verdict.show(answer));
    if (answer.verdict === "admitted") stand.oneMore();
  } catch (trouble) {
    stand.missed(trouble);
    verdict.showTrouble(...troubleWords(trouble));
    shown("none");
  } finally {
    asking = false;
  }
}

function troubleWords(trouble) {
  if (trouble instanceof TooFast) return [words.too_fast, words.too_fast_why];
  if (trouble instanceof Shut) return [words.shut, words.shut_why];
  if (!(trouble instanceof NoAnswer)) console.error(trouble);
  return [words.no_answer, words.no_answer_why];
}

function shown(kind) {
  signal(kind);
  lookAgainAt = performance.now() + HOLD_MS[kind];
  if (kind === "yes") hideTimer = setTimeout(next, YES_SHOWN_MS);
}

function next() {
  clearTimeout(hideTimer);
  verdict.close();
  lookAgainAt = 0;
  $("#scan").focus();
}

async function undo() {
  clearTimeout(hideTimer);
  try {
    await server.undo(last.scan_id);
    stand.oneLess();
    next();
    stand.say(words.undone);
  } catch {
    next();
    stand.say(words.not_undone);
  }
}

// --- the camera ---

const mayLook = () =>
  !asking && performance.now() >= lookAgainAt && !document.hidden && !document.querySelector("dialog[open]");

function sawWithCamera(code) {
  const now = performance.now();
  const before = seenAt.get(code);
  seenAt.set(code, now);
  if (before !== undefined && now - before < SAME_CODE_MS) return;
  for (const [old, at] of seenAt) if (now - at > SAME_CODE_MS) seenAt.delete(old);
  attempt(code);
}

async function startCamera() {
  allowSound();
  stand.say(words.looking);
  try {
    [reader] = await Promise.all([reader ?? makeReader(config), camera.start()]);
  } catch (refused) {
    console.warn("no camera:", refused.message);
    camera.stop();
    $("#eye").dataset.is = "blind";
    stand.say(words.no_camera);
    return;
  }
  $("#eye").dataset.is = "on";
  $("#light").hidden = !camera.hasLight;
  $("#photo-key").hidden = camera.hasLight;
  stand.say(words.ready);
  camera.watch(reader, mayLook, sawWithCamera);
}

async function tookPhoto({ target }) {
  const [file] = target.files;
  if (!file) return;
  allowSound();
  stand.say(words.looking);
  reader ??= await makeReader(config);
  const code = await readPhoto(file, reader).catch(() => null);
  target.value = "";
  stand.say(code ? "" : words.no_code);
  if (code) await attempt(code);
}

// --- keys and sheets ---

$("#start").addEventListener("click", startCamera);
$("#photo").addEventListener("change", tookPhoto);
$("#light").addEventListener("click", async ({ currentTarget: key }) => {
  const on = key.getAttribute("aria-pressed") !== "true";
  await camera.light(on);
  key.setAttribute("aria-pressed", on);
});
for (const key of document.querySelectorAll("[data-opens]"))
  key.addEventListener("click", () => {
    allowSound();
    document.getElementById(key.dataset.opens).showModal();
  });
for (const key of document.querySelectorAll("[data-closes]"))
  key.addEventListener("click", () => key.closest("dialog").close());

$("#type-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = event.target.elements.code;
  attempt(field.value.trim(), stand.mode === "door" ? "manual" : stand.mode);
  field.value = "";
});

$("#verdict [data-next]").addEventListener("click", next);
$("#verdict [data-undo]").addEventListener("click", undo);
$("#verdict [data-again]").addEventListener("click", () => ask(last));
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && verdict.open) next();
});

let searching = 0;
$("#name-form").addEventListener("input", ({ target }) => {
  clearTimeout(searching);
  searching = setTimeout(() => search(target.value), 250);
});
$("#name-form").addEventListener("submit", (event) => {
  event.preventDefault();
  search(event.target.elements.q.value);
});
async function search(typed) {
  const rows = await server.guests(typed).catch((trouble) => {
    stand.missed(trouble);
    return null;
  });
  if (rows !== null) $("#guests").innerHTML = rows;
}
$("#guests").addEventListener("click", ({ target }) => {
  const key = target.closest("[data-admit]");
  if (key) attempt(key.dataset.admit, "manual");
});

document.addEventListener("visibilitychange", () => {
  if ($("#eye").dataset.is !== "on") return;
  if (document.hidden) camera.stop();
  else startCamera();
});

stand.refresh();
setInterval(() => document.hidden || stand.refresh(), COUNTS_EVERY_MS);
