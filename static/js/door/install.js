// The service worker: brings the page without a network, and a new version between two scans.
import { config } from "./words.js";

const LOOK_EVERY_MS = 15 * 60_000;
const QUIET_MS = 2_000;
const CHOICE = "door-choice";

// idle(): nothing on screen or on its way that a new start would cut off.
export async function install(idle) {
  if (!("serviceWorker" in navigator)) return;
  const workers = navigator.serviceWorker;
  const hadOne = Boolean(workers.controller);
  const registration = await workers.register(config.worker, { scope: config.scope, updateViaCache: "none" });
  let asked = false;
  workers.addEventListener("controllerchange", () => {
    if (hadOne || asked) location.reload();
  });
  setInterval(() => registration.update().catch(() => {}), LOOK_EVERY_MS); // without a network: next time
  setInterval(() => {
    if (!registration.waiting || !idle()) return;
    asked = true;
    registration.waiting.postMessage({ go: true });
  }, QUIET_MS);
}

// The page comes in this language from now on, with and without a network.
export async function chooseLanguage(language) {
  const choice = await globalThis.caches?.open(CHOICE);
  await choice?.put(`${config.scope}language`, new Response(language));
}

// The one the server found first, unless somebody chose another.
export async function keepLanguage() {
  const choice = await globalThis.caches?.open(CHOICE);
  if (choice && !(await choice.match(`${config.scope}language`))) await chooseLanguage(document.documentElement.lang);
}
