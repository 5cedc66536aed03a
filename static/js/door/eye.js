// What looks for codes: camera, photo, light. One code held before the camera is one scan.
import { mayRest, stayAwake } from "./awake.js";
import { Camera } from "./camera.js";
import { makeReader, readPhoto } from "./code.js";
import { allowSound } from "./signal.js";
import { $, config, words } from "./words.js";

const SAME_CODE_MS = 3000;
const TRY_AGAIN_MS = 5000;
const WAS_ON = "door:camera"; // a new start by itself goes on with the camera

export class Eye {
  #camera = new Camera($("#eye video"), () => this.#blind("it is gone"));
  #reader = null;
  #seen = new Map(); // code -> when the camera last saw it
  #parts;

  // parts: {may(), found(code), say(text), facing()}; facing: environment or user
  constructor(parts) {
    this.#parts = parts;
    $("#start").addEventListener("click", () => this.start());
    $("#photo").addEventListener("change", (event) => this.#photo(event.target));
    $("#light").addEventListener("click", (event) => this.#light(event.currentTarget));
    document.addEventListener("visibilitychange", () => {
      if ($("#eye").dataset.is !== "on") return;
      if (document.hidden) this.#camera.stop();
      else this.start();
    });
    if (sessionStorage.getItem(WAS_ON) || this.#unattended) this.start();
  }

  get on() {
    return this.#camera.on;
  }

  async start() {
    allowSound();
    const { say } = this.#parts;
    if (!this.#unattended) say(words.looking);
    try {
      const [reader] = await Promise.all([this.#reader ?? makeReader(config), this.#camera.start(this.#parts.facing())]);
      this.#reader = reader;
    } catch (refused) {
      this.#blind(refused.message);
      return;
    }
    stayAwake();
    sessionStorage.setItem(WAS_ON, "yes");
    $("#eye").dataset.is = "on";
    $("#light").hidden = !this.#camera.hasLight;
    $("#photo-key").hidden = this.#camera.hasLight;
    say(words.ready);
    this.#camera.watch(this.#reader, () => this.#parts.may(), (code) => this.#saw(code));
  }

  // With the other camera from now on.
  async turn() {
    if (!this.on) return;
    this.#camera.stop();
    await this.start();
  }

  stop() {
    this.#camera.stop();
    mayRest();
    sessionStorage.removeItem(WAS_ON);
    $("#eye").dataset.is = "off";
  }

  // Nobody of the staff is there to press a key.
  get #unattended() {
    return this.#parts.facing() === "user";
  }

  #blind(why) {
    console.warn("no camera:", why);
    this.#camera.stop();
    sessionStorage.removeItem(WAS_ON);
    $("#eye").dataset.is = "blind";
    this.#parts.say(this.#unattended ? words.kiosk.ask : words.no_camera);
    setTimeout(() => this.#unattended && $("#eye").dataset.is === "blind" && this.start(), TRY_AGAIN_MS);
  }

  #saw(code) {
    const now = performance.now();
    const before = this.#seen.get(code);
    this.#seen.set(code, now);
    if (before !== undefined && now - before < SAME_CODE_MS) return;
    for (const [old, at] of this.#seen) if (now - at > SAME_CODE_MS) this.#seen.delete(old);
    this.#parts.found(code);
  }

  async #photo(field) {
    const [file] = field.files;
    if (!file) return;
    allowSound();
    const { say, found } = this.#parts;
    say(words.looking);
    this.#reader ??= await makeReader(config);
    const code = await readPhoto(file, this.#reader).catch(() => null);
    field.value = "";
    say(code ? "" : words.no_code);
    if (code) found(code);
  }

  async #light(key) {
    const on = key.getAttribute("aria-pressed") !== "true";
    await this.#camera.light(on);
    key.setAttribute("aria-pressed", on);
  }
}
