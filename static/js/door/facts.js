// From what is known to the words of the table: apps/checkin/facts.py, line by line. Both are held to the
// cases of tests/checkin/cases. Times are milliseconds since 1970; what is null or empty does not limit.

// code: {ours, version, expires_at} · ticket: {state, version, variant, access_level, here, stays}
// place: {closes_at, policy, gate, direction} · slot: {admits_from, admits_until} or null
export function facts(code, ticket, place, slot, at) {
  if (!code.ours) return { ...GOOD, code: "forged" };
  return {
    code: code.expires_at != null && at >= code.expires_at ? "expired" : "good",
    event: eventWord(ticket, place, at),
    ticket: ticket.state,
    leaving: place.direction === "out" ? leavingWord(ticket) : "no",
    version: code.version == null || code.version === ticket.version ? "current" : "old",
    gate: gateWord(place.gate, ticket, at),
    slot: slotWord(slot, at),
    entry: entryWord(place.policy, ticket.stays, at),
  };
}

const GOOD = {
  code: "good",
  event: "this",
  ticket: "valid",
  leaving: "no",
  version: "current",
  gate: "right",
  slot: "now",
  entry: "none",
};

function eventWord(ticket, place, at) {
  if (!ticket.here) return "another";
  return at >= place.closes_at ? "over" : "this";
}

const leavingWord = (ticket) => (isInside(ticket.stays) ? "inside" : "outside");

function gateWord(gate, ticket, at) {
  if (gate.direction === "out") return "exit";
  if (gate.variants.length && !gate.variants.includes(ticket.variant)) return "other";
  if (gate.access_levels.length && !gate.access_levels.includes(ticket.access_level)) return "other";
  const early = gate.opens_at != null && at < gate.opens_at;
  const late = gate.closes_at != null && at >= gate.closes_at;
  return early || late ? "closed" : "right";
}

function slotWord(slot, at) {
  if (!slot) return "now";
  if (at < slot.admits_from) return "early";
  return at >= slot.admits_until ? "late" : "now";
}

export function entryWord(policy, stays, at) {
  if (policy.rule === "per_day") {
    const today = day(policy, at);
    const came = stays.filter((stay) => day(policy, stay.came) === today).length;
    return came >= policy.per_day ? "day_full" : "none";
  }
  if (isInside(stays)) return "inside";
  return stays.length && policy.rule === "once" ? "used" : "none";
}

export const isInside = (stays) => stays.some((stay) => stay.left == null);

const walls = new Map();

function wall(zone) {
  const known = walls.get(zone);
  if (known) return known;
  const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" };
  const made = new Intl.DateTimeFormat("en", { ...numeric, timeZone: zone, hourCycle: "h23" });
  walls.set(zone, made);
  return made;
}

// The number of a door's day; it begins at day_starts_at minutes after midnight on the event's clock.
export function day(policy, at) {
  const parts = wall(policy.zone).formatToParts(at);
  const { year, month, day: date, hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, +value]));
  const minutes = Date.UTC(year, month - 1, date, hour, minute) / 60_000 - policy.day_starts_at;
  return Math.floor(minutes / (24 * 60));
}
