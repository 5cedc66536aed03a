// Whether the server is asked. It goes offline by itself when calls fail or are slow, and comes back by itself.
export class Link extends EventTarget {
  #limits;
  #now;
  #online = false;
  #forced = false;
  #misses = 0;
  #losses = 0;
  #since;

  // limits: {slow_after_ms, offline_after} · now: the clock, in ms
  constructor(limits, now) {
    super();
    this.#limits = limits;
    this.#now = now;
    this.#since = now();
  }

  set limits(limits) {
    this.#limits = limits;
  }

  get limits() {
    return this.#limits;
  }

  get online() {
    return this.#online && !this.#forced;
  }

  get forced() {
    return this.#forced;
  }

  // Since when it is offline, or null.
  get since() {
    return this.online ? null : this.#since;
  }

  // How often it was lost: what was asked before the last time says nothing of now.
  get losses() {
    return this.#losses;
  }

  // A call was answered after so many ms. Whether that is quick enough.
  heard(ms) {
    if (ms > this.#limits.slow_after_ms) {
      this.missed();
      return false;
    }
    this.#misses = 0;
    return true;
  }

  missed() {
    this.#misses += 1;
    if (this.#misses >= this.#limits.offline_after) this.lost();
  }

  lost() {
    this.#losses += 1;
    this.#set(false, this.#forced);
  }

  // The server answers, has our log, and we have its news.
  restored() {
    this.#misses = 0;
    this.#set(true, this.#forced);
  }

  force(offline) {
    this.#set(this.#online && !offline, offline);
  }

  #set(online, forced) {
    if (online === this.#online && forced === this.#forced) return;
    if (this.online && !(online && !forced)) this.#since = this.#now();
    this.#online = online;
    this.#forced = forced;
    this.dispatchEvent(new Event("change"));
  }
}
