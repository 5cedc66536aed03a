// Fetches the tickets of the event, whole at first, then what changed since.
import { Problem } from "./api.js";
import { read } from "./store.js";

const PATIENCE_MS = 60_000;

export class Snapshot {
  #api;
  #tickets;
  #clock;
  #log;
  // cursor; at: the server's time, in ms; sent, head: how far this phone's own log was there, and was written
  #state = null;
  #doing = null;

  constructor(api, tickets, clock, log) {
    this.#api = api;
    this.#tickets = tickets;
    this.#clock = clock;
    this.#log = log;
  }

  async open() {
    this.#state = (await read("meta", "snapshot")) ?? null;
    return this;
  }

  get complete() {
    return this.#state !== null;
  }

  get at() {
    return this.#state?.at ?? null;
  }

  // What of this phone's own log is in the tickets already.
  get covers() {
    return { sent: this.#state?.sent ?? 0, head: this.#state?.head ?? 0 };
  }

  // progress(tickets so far) while everything is loaded. One at a time.
  refresh(progress = () => {}) {
    this.#doing ??= this.#refresh(progress).finally(() => (this.#doing = null));
    return this.#doing;
  }

  async #refresh(progress) {
    if (!this.#state) return this.#loadAll(progress);
    try {
      return await this.#loadChanges();
    } catch (trouble) {
      if (!(trouble instanceof Problem && trouble.code === "cursor_lost")) throw trouble;
      return this.#loadAll(progress);
    }
  }

  async #loadAll(progress) {
    const state = this.#begin();
    const rows = [];
    let page = null;
    do {
      page = await this.#page(page ? { after: page.next } : {});
      state.cursor ??= page.cursor; // of the first page: what changes meanwhile is fetched again
      for (const row of page.tickets) rows.push(row);
      progress(rows.length);
    } while (page.next);
    await this.#tickets.replaceAll(rows, state);
    this.#state = state;
  }

  async #loadChanges() {
    const state = this.#begin();
    const rows = [];
    let page = null;
    do {
      page = await this.#page({ cursor: this.#state.cursor, ...(page && { after: page.next }) });
      state.cursor ??= page.cursor;
      rows.push(...page.tickets);
    } while (page.next);
    await this.#tickets.change(rows, state);
    this.#state = state;
  }

  #begin = () => ({ cursor: null, at: this.#clock.server(), sent: this.#log.sent, head: this.#log.head });
  #page = (wanted) => this.#api.get(`tickets?${new URLSearchParams(wanted)}`, PATIENCE_MS);
}
