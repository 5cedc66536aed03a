// What lies on the phone is sealed: AES-GCM under a key the browser keeps and never gives out.
// With a start PIN the tickets have a key of their own, wrapped by the PIN inside the phone's seal.
import { text, utf8 } from "./bytes.js";

const AES = "AES-GCM";
const IV_BYTES = 12;
const SALT_BYTES = 16;
const PIN_ITERATIONS = 600_000;
const USES = ["encrypt", "decrypt"];

export class WrongPin extends Error {}

export const newKey = () => crypto.subtle.generateKey({ name: AES, length: 256 }, false, USES);

// about: where it belongs; sealed bytes moved to another place do not open.
export async function sealBytes(key, bytes, about) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const closed = await crypto.subtle.encrypt({ name: AES, iv, additionalData: utf8(about) }, key, bytes);
  const sealed = new Uint8Array(IV_BYTES + closed.byteLength);
  sealed.set(iv);
  sealed.set(new Uint8Array(closed), IV_BYTES);
  return sealed;
}

export async function unsealBytes(key, sealed, about) {
  const how = { name: AES, iv: sealed.subarray(0, IV_BYTES), additionalData: utf8(about) };
  return new Uint8Array(await crypto.subtle.decrypt(how, key, sealed.subarray(IV_BYTES)));
}

export const seal = (key, words, about) => sealBytes(key, utf8(words), about);
export const unseal = async (key, sealed, about) => text(await unsealBytes(key, sealed, about));

async function keyOfPin(pin, salt, iterations) {
  const typed = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(how, typed, { name: AES, length: 256 }, false, USES);
}

const importData = (raw) => crypto.subtle.importKey("raw", raw, AES, false, USES);

// A new key for tickets and the box it is kept in.
export async function boxedKey(pin, phoneKey) {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const inner = await sealBytes(await keyOfPin(pin, salt, PIN_ITERATIONS), raw, "pin");
  const box = { salt, iterations: PIN_ITERATIONS, sealed: await sealBytes(phoneKey, inner, "box") };
  const key = await importData(raw);
  raw.fill(0);
  return { key, box };
}

export async function unboxedKey(pin, box, phoneKey) {
  const inner = await unsealBytes(phoneKey, box.sealed, "box");
  const pinKey = await keyOfPin(pin, box.salt, box.iterations);
  const raw = await unsealBytes(pinKey, inner, "pin").catch(() => {
    throw new WrongPin();
  });
  return importData(raw);
}
