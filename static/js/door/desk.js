// One attempt: ask the server while it answers, else decide here. On the disk first, then on the screen.
import { NoAnswer, TooFast } from "./api.js";
import { hex, sha256, utf8, uuid } from "./bytes.js";
import { decide, read } from "./look.js";
import { read as stored, write } from "./store.js";

const UPLOAD_AFTER_MS = 1_000;
const CODE_LENGTH_MAX = 1_500;
const ASKED_FOR_MS = 5 * 60_000; // how long a call nobody heard the answer of is taken up again

// Neither the server nor this phone can say anything. id: of the call whose answer got lost, to be sent
// again: the server then says what it said first.
export class Unchecked extends Error {
  constructor(id) {
    super("not checked");
    this.id = id;
  }
}

export class Desk {
  #parts;
  #uploading = 0;
  #asking; // {id, code (its hash), at}: of the call under way, also of one a killed browser left behind

  // parts: {api, link, clock, log, upload, snapshot, book, phone, keys: {known}, stand()}
  constructor(parts) {
    this.#parts = parts;
  }

  // mode: door, manual, box_office or kiosk · id: of an attempt that is made again.
  // Returns {answer, entry}; entry as it is in the log.
  async attempt(shownCode, mode, given) {
    const code = storable(shownCode);
    const { link, log, book, keys } = this.#parts;
    const before = given ?? (await this.#askedBefore(code));
    const id = before ?? uuid();
    const stand = { ...this.#parts.stand(), mode };
    const shown = await read(code, keys.known);
    const asks = link.online || (!this.#canDecide && !link.forced);
    if (!asks || book.waits(shown.reference, log.sent)) return this.#decided(code, shown, stand, before ?? null);
    try {
      return await this.#asked(code, id, stand);
    } catch (trouble) {
      if (!(trouble instanceof NoAnswer || trouble instanceof TooFast)) throw trouble;
      link.missed();
      if (trouble instanceof TooFast && !this.#canDecide) throw trouble;
      return this.#decided(code, shown, stand, trouble instanceof NoAnswer ? id : null);
    }
  }

  get #canDecide() {
    return this.#parts.snapshot.complete && !this.#parts.phone.door.offline;
  }

  async #asked(code, id, stand) {
    const { api, link, clock } = this.#parts;
    const { gate, direction, mode } = stand;
    const sent = clock.now();
    // Not waited for: it is there long before an answer can be.
    this.#remember({ id, code: await hashOf(code), at: sent }).catch((trouble) => console.error(trouble));
    const wanted = { token: code, gate, direction, mode, scan_id: id, scanned_at: new Date(sent).toISOString() };
    const answer = await api.post("scans", wanted, link.limits.slow_after_ms);
    link.heard(clock.now() - sent);
    return this.#recorded(answer, { id, code, by: "server", instead_of: null }, stand);
  }

  #decided(code, shown, stand, lost) {
    const { clock, phone, book } = this.#parts;
    if (!this.#canDecide) throw new Unchecked(lost);
    const answer = decide(shown, phone.door, book, stand, clock.server());
    return this.#recorded(answer, { code, by: "phone", instead_of: lost }, stand);
  }

  async #recorded(answer, fields, stand) {
    const { verdict, reason, ticket } = answer;
    const said = { ...stand, ...fields, ticket: ticket?.reference ?? null, verdict, reason };
    const heard = this.#asking?.code === (await hashOf(fields.code));
    const entry = await this.#append("scan", said, heard ? [["meta", "asking"]] : []);
    if (heard) this.#asking = null;
    return { answer, entry };
  }

  // The id of a call for this code whose answer was never written down: the server may have let them in.
  async #askedBefore(code) {
    if (this.#asking === undefined) this.#asking = (await stored("meta", "asking")) ?? null;
    const asked = this.#asking;
    if (!asked || this.#parts.clock.now() - asked.at > ASKED_FOR_MS) return undefined;
    return asked.code === (await hashOf(code)) ? asked.id : undefined;
  }

  #remember(asking) {
    this.#asking = asking;
    return write([["meta", "asking", asking]]);
  }

  // They did not go in after all.
  undo = (entry) => this.#append("undo", { ...standOf(entry), of: entry.id });

  // A supervisor's word against a refused scan; proof: see supervisors.js.
  overrule(refused, { id, supervisor, words, proof }) {
    const fields = { ...standOf(refused), id, of: refused.id, ticket: refused.ticket, supervisor, words, proof };
    return this.#append("override", fields);
  }

  wrongPin(supervisor) {
    return this.#append("pin_failed", { ...this.#parts.stand(), supervisor });
  }

  started(version) {
    return this.#append("start", { ...this.#parts.stand(), app: version });
  }

  async #append(kind, fields, along = []) {
    const { log, book, phone } = this.#parts;
    const entry = await log.append(kind, fields, along);
    book.note(entry, phone.device.name);
    this.#uploadSoon();
    return entry;
  }

  #uploadSoon() {
    const { link, upload } = this.#parts;
    clearTimeout(this.#uploading);
    this.#uploading = setTimeout(() => {
      // What goes wrong here goes wrong at the next beat as well, and is dealt with there.
      if (link.online) upload.run().catch(() => {});
    }, UPLOAD_AFTER_MS);
  }
}

// Anything can stand in a code; the log takes what every database can store.
const storable = (code) => code.replace(/\0/g, "").replace(/\p{Cs}/gu, "\uFFFD").slice(0, CODE_LENGTH_MAX);

const hashOf = async (code) => hex(await sha256(utf8(code)));

const standOf = ({ gate, direction, mode }) => ({ gate, direction, mode });
