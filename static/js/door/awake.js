// The screen stays on while this phone looks for codes: between two guests nobody touches it.
let wanted = false;
let held = null;

async function hold() {
  if (!wanted || document.hidden || (held && !held.released)) return;
  // Refused when the battery is low, unknown to some browsers: nicer with it, no more.
  held = await navigator.wakeLock?.request("screen").catch(() => null);
}

// A browser takes it back from a page that is not seen.
document.addEventListener("visibilitychange", hold);

export function stayAwake() {
  wanted = true;
  return hold();
}

export async function mayRest() {
  wanted = false;
  await held?.release();
}
