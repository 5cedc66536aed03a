// Pairing: a code by link, by camera or typed, against a key of this phone's own.
import { NoAnswer, Problem, TooFast } from "./api.js";
import { uuid } from "./bytes.js";
import { Camera } from "./camera.js";
import { makeReader } from "./code.js";
import { normalise } from "./look.js";
import { fault, show } from "./screens.js";
import { $, config, words } from "./words.js";

const NONCE = "door:nonce";
const PATIENCE_MS = 3_000;
const CODE = /^[0-9A-Z]{8}$/;

// The code of a pairing link (…/door/#CODE) or as it was typed; null when it is none.
function codeIn(text) {
  const code = normalise(text.includes("#") ? text.slice(text.lastIndexOf("#") + 1) : text);
  return CODE.test(code) ? code : null;
}

// The code behind the # of this page's address; it is taken off at once.
export function codeOfAddress() {
  const code = codeIn(location.hash);
  if (location.hash) history.replaceState(null, "", location.pathname);
  return code;
}

// Whether a member of a team is signed in here, with events ahead: one of these pairs this phone, without a
// code. Nobody who came for the form of the code is asked.
export async function choosesAnEvent() {
  if (new URLSearchParams(location.search).has("with")) return false;
  const asked = { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) };
  const answer = await fetch(config.events, asked).catch(() => null);
  return Number(answer?.headers.get("Events-Ahead")) > 0;
}

function explained(trouble) {
  if (trouble instanceof Problem && trouble.code === "no_such_pairing") return words.no_such_pairing;
  if (trouble instanceof TooFast) return words.pair_too_fast;
  if (trouble instanceof NoAnswer) return words.pair_no_answer;
  throw trouble;
}

// Of this browser's pairing until it has come to its end: should an answer get lost on the way, or what
// follows it, the same code gives the same device again, and is not spent.
function nonce() {
  const made = localStorage.getItem(NONCE) ?? uuid();
  localStorage.setItem(NONCE, made);
  return made;
}

// pair(code, name, nonce) makes the device. Resolves with what it gives; asks until it does.
export function askForPairing(pair, { code = null, before = "" } = {}) {
  const form = $("#pair-form");
  const error = $("#pair-error");
  const camera = new Camera($("#pair-eye video"));
  show("pair");
  fault($("#before"), before);
  return new Promise((resolve) => {
    let busy = false;
    const attempt = async (text) => {
      const found = codeIn(text);
      if (busy) return;
      if (!found) return fault(error, words.pair_no_code);
      busy = true;
      fault(error, "");
      try {
        const paired = await pair(found, form.elements.name.value.trim(), nonce());
        localStorage.removeItem(NONCE);
        camera.stop();
        resolve(paired);
      } catch (trouble) {
        fault(error, explained(trouble));
      } finally {
        busy = false;
      }
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      attempt(form.elements.code.value);
    };
    $("#pair-scan").onclick = () => look(camera, attempt).catch(() => fault(error, words.no_camera));
    if (code) {
      form.elements.code.value = code;
      attempt(code);
    }
  });
}

async function look(camera, found) {
  const [reader] = await Promise.all([makeReader(config), camera.start()]);
  $("#pair-eye").hidden = false;
  let last = null;
  camera.watch(reader, () => true, (text) => {
    if (text === last) return;
    last = text;
    found(text);
  });
}
