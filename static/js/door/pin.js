// The start PIN: with it the tickets' key is boxed, and a restart asks for it. Ten wrong ones end the tickets.
import { WrongPin, boxedKey, unboxedKey } from "./seal.js";
import { read, write } from "./store.js";
import { dropped } from "./tickets.js";

const TRIES = 10;

export { WrongPin };

export class Wiped extends Error {}

export const isBoxed = async () => Boolean(await read("meta", "box"));

// Throws WrongPin with the tries left, or Wiped. Tries are counted before they are checked.
export async function open(pin, phoneKey) {
  const tries = ((await read("meta", "pin_tries")) ?? 0) + 1;
  await write([["meta", "pin_tries", tries]]);
  try {
    const key = await unboxedKey(pin, await read("meta", "box"), phoneKey);
    await write([["meta", "pin_tries"]]);
    return key;
  } catch (trouble) {
    if (!(trouble instanceof WrongPin)) throw trouble;
    if (tries >= TRIES) {
      await write([...dropped, ["meta", "pin_tries"], ["meta", "wiped", true]]);
      throw new Wiped();
    }
    trouble.left = TRIES - tries;
    throw trouble;
  }
}

export async function choose(pin, phoneKey, tickets) {
  const { key, box } = await boxedKey(pin, phoneKey);
  await tickets.rekey(key, [["meta", "box", box]]);
}

export const isWiped = async () => Boolean(await read("meta", "wiped"));
