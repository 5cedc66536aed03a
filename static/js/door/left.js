// Logs of devices this phone was before: they go to the server whatever this phone is now.
import { Api, Problem, Revoked } from "./api.js";
import { Log } from "./log.js";
import { unseal } from "./seal.js";
import { Changed, read, write } from "./store.js";
import { Upload } from "./upload.js";

export class Left {
  #clock;
  #doing = null;
  waiting = 0; // entries, as far as it was looked

  constructor(clock) {
    this.#clock = clock;
  }

  // One at a time. Returns how many entries still wait.
  bring() {
    this.#doing ??= this.#bring().finally(() => (this.#doing = null));
    return this.#doing;
  }

  async #bring() {
    const key = await read("keys", "phone");
    const left = (await read("meta", "left")) ?? [];
    const owing = [];
    let waiting = 0;
    for (const sealed of left) {
      const device = JSON.parse(await unseal(key, sealed, "device"));
      const log = await new Log(device.id, key, this.#clock).open();
      await new Upload(new Api(device.key), log).run().catch(tolerated);
      if (log.queue) owing.push(sealed);
      else await log.drop();
      waiting += log.queue;
    }
    if (owing.length < left.length) await keep(owing, left);
    this.waiting = waiting;
    return waiting;
  }
}

// A device that joined meanwhile must not be forgotten: then those that are through go the next time.
async function keep(owing, before) {
  const condition = { table: "meta", key: "left", holds: (found) => found?.length === before.length };
  await write([["meta", "left", owing]], condition).catch((trouble) => {
    if (!(trouble instanceof Changed)) throw trouble;
  });
}

function tolerated(trouble) {
  // Without an answer it is tried again; a refusal is not ours to hide.
  if (trouble instanceof Problem || trouble instanceof Revoked) console.error(trouble);
}
