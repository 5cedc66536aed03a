// Who went in and out, as far as this phone knows: the server's tickets, and on top of them what this
// phone saw itself and the server's tickets do not tell yet.

export class Book {
  #tickets;
  #rule;
  #own = []; // {seq, id, by, does: in|out|undo, reference, at, of, gate, device}
  #refusals = new Map(); // id of a refused scan -> reference of its ticket

  // rule(): the event's entry rule, which may change during a night.
  constructor(tickets, rule) {
    this.#tickets = tickets;
    this.#rule = rule;
  }

  // An entry of the log. device: the name of this phone.
  note(entry, device) {
    const passage = { seq: entry.seq, id: entry.id, by: entry.by ?? "phone", at: entry.at + entry.offset };
    const where = { gate: entry.gate, device };
    if (entry.kind === "scan" && entry.ticket) {
      if (entry.verdict === "admitted") this.#own.push({ ...passage, ...where, does: "in", reference: entry.ticket });
      if (entry.verdict === "left") this.#own.push({ ...passage, ...where, does: "out", reference: entry.ticket });
      this.#refusals.set(entry.id, entry.ticket);
    }
    if (entry.kind === "override") this.#own.push({ ...passage, ...where, does: "in", reference: entry.ticket });
    if (entry.kind === "undo") {
      const undone = this.#own.find(({ id }) => id === entry.of)?.reference ?? this.#refusals.get(entry.of);
      if (undone) this.#own.push({ ...passage, ...where, does: "undo", of: entry.of, reference: undone });
    }
  }

  // The tickets were fetched anew: they tell of what the server decided before, and of what it was sent.
  covered({ sent, head }) {
    this.#own = this.#own.filter(({ seq, by }) => seq > (by === "server" ? head : sent));
  }

  // Whether the server does not know yet what this phone decided about it. sent: how far the log is there.
  waits(reference, sent) {
    return this.#own.some((own) => own.reference === reference && own.by === "phone" && own.seq > sent);
  }

  ticket = (reference) => this.#tickets.find(reference);

  // [{came, left, gate, device}] in the order they came.
  stays(reference) {
    const entries = (this.#tickets.find(reference)?.entries ?? []).map((entry) => ({ ...entry }));
    for (const own of this.#own) if (own.reference === reference) this.#apply(own, entries);
    return entries;
  }

  // As the server counts: who is in, by gate, and how many tickets stand for somebody.
  counts() {
    const counts = { inside: 0, expected: 0, by_gate: {} };
    const own = new Set(this.#own.map(({ reference }) => reference));
    for (const { reference, state, entries } of this.#tickets.all()) {
      if (state === "valid" || state === "blocked") counts.expected += 1;
      for (const { left, gate } of own.has(reference) ? this.stays(reference) : entries) {
        if (left != null) continue;
        counts.inside += 1;
        if (gate) counts.by_gate[gate] = (counts.by_gate[gate] ?? 0) + 1;
      }
    }
    return counts;
  }

  #apply({ does, at, id, of, gate, device }, entries) {
    if (does === "undo") {
      const own = entries.findLastIndex((entry) => entry.id === of);
      const last = own < 0 ? entries.findLastIndex((entry) => entry.device === device) : own;
      if (last >= 0) entries.splice(last, 1);
      return;
    }
    // Nobody scans them out where they may come and go: coming again, they had left.
    if (does === "out" || this.#rule() === "per_day") leave(entries, at);
    if (does === "in") entries.push({ id, came: at, left: null, gate, device });
  }
}

// Who came first leaves first.
function leave(entries, at) {
  const first = entries.find((entry) => entry.left == null);
  if (first) first.left = at;
}
