// Where a phone stands and what it is called: changed at the phone, also without a network, or by the organizer.
import { Problem } from "./api.js";

// changes: {gate} or {name}. A scan names its gate itself, so what the server is told can wait.
export async function change(phone, changes) {
  const untold = { ...phone.stand.untold, ...changes };
  await phone.standAt("gate" in changes ? { gate: changes.gate, untold } : { untold });
  await tell(phone);
  await phone.readDoor();
}

// Rejects as the call does; what was not told is told another time.
export async function tell(phone) {
  const { untold } = phone.stand;
  if (!untold) return;
  try {
    await phone.api.patch("device", untold);
  } catch (trouble) {
    if (!(trouble instanceof Problem)) throw trouble;
    console.warn("not taken:", trouble.message); // a gate that is gone
  }
  // Not what was changed while it was told.
  if (phone.stand.untold === untold) await phone.standAt({ untold: null });
}

// The door was read anew. before: the gate it named until now; another one is the organizer's wish.
export async function follow(phone, before) {
  const { gate } = phone.door.device;
  if (gate !== before && !phone.stand.untold) await phone.standAt({ gate });
}
