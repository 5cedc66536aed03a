// The phone's clock, how far it is off the server's, and how sure that is. All in milliseconds.
const FRESH_MS = 5_000; // what a clock nobody watched may be off
const DRIFT = 1 / 10_000; // 1 ms for each 10 s
const JUMP_MS = 2_000;

export class Clock {
  #wall;
  #steady;
  #began; // wall clock and steady clock at the same moment
  #known; // {offset, within, at}

  // known: what an earlier life of the page measured, or null.
  constructor(known = null, { wall = Date.now, steady = () => performance.now() } = {}) {
    this.#wall = wall;
    this.#steady = steady;
    this.#began = { wall: wall(), steady: steady() };
    this.#known = known && { ...known, within: Math.max(known.within, FRESH_MS) };
  }

  // The device's clock. It does not follow a clock that is set back while the page lives; one that is
  // ahead has slept (the steady clock of many phones stops then), and is as after a restart.
  now() {
    const steady = this.#began.wall + this.#steady() - this.#began.steady;
    const wall = this.#wall();
    if (wall - steady < JUMP_MS) return Math.round(steady);
    this.#began = { wall, steady: this.#steady() };
    if (this.#known) this.#known.within = Math.max(this.#known.within, FRESH_MS);
    return wall;
  }

  read() {
    const at = this.now();
    if (!this.#known) return { at, offset: 0, within: FRESH_MS };
    const age = Math.abs(at - this.#known.at);
    return { at, offset: this.#known.offset, within: Math.ceil(this.#known.within + age * DRIFT) };
  }

  // The server's time, as far as known.
  server() {
    const { at, offset } = this.read();
    return at + offset;
  }

  // A call that left at `sent` and came back at `received` (both now()) said serverTime.
  // Returns what to keep; null when it taught nothing: what is known is narrower.
  learn(serverTime, sent, received) {
    const within = Math.ceil((received - sent) / 2) + 1;
    if (this.#known && this.read().within < within) return null;
    this.#known = { offset: Math.round(serverTime - (sent + received) / 2), within, at: received };
    return { ...this.#known };
  }
}
