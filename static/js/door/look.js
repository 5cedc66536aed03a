// The phone's own verdict, in the words of the server's answer.
import { facts } from "./facts.js";
import { judge } from "./judge.js";
import { readToken } from "./token.js";

const REFERENCE = /^[0-9A-HJKMNP-TV-Z]{12}$/;
const CONFUSED = { I: "1", L: "1", O: "0" };
const ANYWHERE = { direction: "both", variants: [], access_levels: [], opens_at: null, closes_at: null };

// What somebody typed or read aloud, as it is stored.
export const normalise = (typed) =>
  typed.toUpperCase().replace(/[ -]/g, "").replace(/[ILO]/g, (letter) => CONFUSED[letter]);

// What a code says of itself. event: null when it does not say (typed by hand).
export async function read(code, keys) {
  const typed = normalise(code);
  if (REFERENCE.test(typed)) return { reference: typed, event: null, code: { ours: true } };
  const claims = await readToken(code, keys);
  if (!claims) return { reference: null, event: null, code: { ours: false } };
  const { reference, event, variant, version, expires } = claims;
  return { reference, event, variant, code: { ours: true, version, expires_at: expires } };
}

// shown: as read() gives it · door: as the server described it · book: who went in
// stand: {gate: id or null, direction} · at: the server's time
export function decide(shown, door, book, { gate, direction }, at) {
  const ticket = shown.reference ? book.ticket(shown.reference) : undefined;
  const known = knowledge(shown, ticket, door, book);
  const variant = door.variants.find(({ id }) => id === known.variant);
  const place = {
    closes_at: door.event.closes_at,
    policy: policyOf(door),
    gate: door.gates.find(({ id }) => id === gate) ?? ANYWHERE,
    direction,
  };
  const row = judge(facts(shown.code, known, place, slotOf(variant), at), door.rules);
  const last = known.stays.at(-1);
  return {
    verdict: row.verdict,
    reason: row.reason,
    overrule: row.overrule,
    at,
    ticket: shown.code.ours && known.here ? described(shown, ticket, variant) : null,
    entry: row.verdict === "already_used" && last ? { ...last, at: last.came, gate: gateName(door, last.gate) } : null,
    event: null,
    change: null,
  };
}

const policyOf = ({ settings, event }) => ({
  rule: settings.entry_rule,
  zone: event.timezone,
  per_day: settings.entries_per_day,
  day_starts_at: settings.day_starts_at,
});

const slotOf = (variant) => (variant?.admits_from == null ? null : variant);
const gateName = (door, gate) => door.gates.find(({ id }) => id === gate)?.name ?? "";

function knowledge(shown, ticket, door, book) {
  const here = shown.event === null || shown.event === door.event.id;
  if (!ticket) {
    const level = door.variants.find(({ id }) => id === shown.variant)?.access_level ?? "";
    const { version } = shown.code;
    return {
      state: version === undefined ? "unknown" : newer(door),
      version,
      variant: shown.variant,
      access_level: level,
      here,
      stays: shown.reference ? book.stays(shown.reference) : [],
    };
  }
  // A signed code of a version we have not heard of was issued after our data.
  const reissued = shown.code.version > ticket.version && ticket.state === "valid";
  return {
    state: reissued ? newer(door) : ticket.state,
    version: reissued ? shown.code.version : ticket.version,
    variant: ticket.variant,
    access_level: ticket.level,
    here,
    stays: book.stays(ticket.reference),
  };
}

const newer = ({ settings }) => (settings.unsynced === "admit" ? "unsynced" : "too_new");

function described(shown, ticket, variant) {
  if (!ticket && shown.event === null) return null;
  return {
    reference: shown.reference,
    holder: ticket?.holder ?? "",
    variant: variant?.name ?? "",
    access_level: ticket?.level ?? variant?.access_level ?? "",
    place: ticket?.place ?? "",
    note: ticket?.note ?? "",
  };
}
