// The sheet of everything else: where this phone stands, how it looks, how it is, and leaving.
import { chooseLanguage } from "./install.js";
import { change } from "./stand.js";
import { $, $$, ago, config, fill, inSeconds, words } from "./words.js";

const SUN = "door:sun";

export function dressForSun() {
  document.documentElement.toggleAttribute("data-sun", localStorage.getItem(SUN) === "yes");
}

export function languages() {
  for (const key of $$("[data-language]"))
    key.addEventListener("click", async () => {
      await chooseLanguage(key.dataset.language);
      location.assign(`${config.scope}?language=${key.dataset.language}${location.hash}`);
    });
}

let offer = null;
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event;
});

// parts: {phone, link, log, upload, snapshot, clock, tickets, status, heart, logOut()}
export class More {
  #parts;
  #form = $("#stand-form");

  constructor(parts) {
    this.#parts = parts;
    $("#more").addEventListener("opening", () => this.show());
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#form.addEventListener("change", (event) => this.#changed(event.target));
    $("#sun").checked = localStorage.getItem(SUN) === "yes";
    $("#install").addEventListener("click", () => offer?.prompt());
    $("#log-out").addEventListener("click", () => this.#logOut());
    for (const key of $$("#ways [data-way]"))
      key.addEventListener("click", async () => {
        await parts.phone.standAt({ direction: key.dataset.way });
        await this.#face();
      });
    for (const link of $$("#links [data-path]"))
      link.href = `${config.scope}${parts.phone.door.event.slug}/${link.dataset.path}`;
    this.#showWays();
  }

  // What the door is like has changed.
  async refresh() {
    const { phone } = this.#parts;
    if (!this.#gate && phone.stand.gate) await phone.standAt({ gate: null });
    await this.#face();
  }

  show() {
    const { phone, link } = this.#parts;
    const { gates, box_office: box, name } = { ...phone.door, ...phone.door.device };
    const { gate, mode, device } = this.#form.elements;
    gate.replaceChildren(new Option(words.any_gate, ""), ...gates.map(({ id, name: title }) => new Option(title, id)));
    gate.value = phone.stand.gate ?? "";
    $("#gate-field").hidden = !gates.length;
    $("#modes").hidden = $("#sell").hidden = !box;
    mode.value = phone.stand.box ? "box_office" : "door";
    device.value = phone.stand.untold?.name ?? name;
    $("#force").checked = link.forced;
    $("#install").hidden = !offer;
    $("#links").hidden = !link.online; // pages of the server
    this.#facts();
  }

  async #facts() {
    const { log, upload, snapshot, tickets, clock, link, status } = this.#parts;
    const { offset, within } = clock.read();
    const { slow_after_ms: slow, offline_after: calls } = link.limits;
    const queue = { number: log.queue, refused: upload.refused };
    const kept = await navigator.storage?.persisted?.();
    const rows = [
      [words.fact_list, snapshot.complete ? fill(words.fact_tickets, { number: tickets.size, age: ago(status.age) }) : words.no_list],
      [words.fact_queue, upload.refused ? fill(words.fact_refused, queue) : log.queue],
      [words.fact_limit, fill(words.fact_limit_is, { calls, seconds: inSeconds(slow) })],
      [words.fact_clock, fill(words.fact_clock_is, { offset: inSeconds(offset), within: inSeconds(within) })],
      [words.fact_storage, window.isSecureContext ? (kept ? words.fact_kept : words.fact_may_go) : words.insecure],
      [words.fact_version, config.version],
    ];
    $("#facts").replaceChildren(
      ...rows.flatMap(([name, value]) => [element("dt", name), element("dd", value)]),
    );
  }

  async #changed(field) {
    const { link, heart, phone } = this.#parts;
    if (field.name === "gate") await this.#tell({ gate: field.value ? Number(field.value) : null });
    if (field.name === "mode") await phone.standAt({ box: field.value === "box_office" });
    if (field.name === "device") this.#tell({ name: field.value.trim() });
    if (field.id === "sun") {
      localStorage.setItem(SUN, field.checked ? "yes" : "no");
      dressForSun();
    }
    if (field.id === "force") {
      link.force(field.checked);
      heart.beat();
    }
  }

  async #tell(changes) {
    const telling = change(this.#parts.phone, changes).catch((trouble) => console.warn("not told:", trouble.message));
    await this.#face(); // it stands there before the server knows
    await telling;
  }

  get #gate() {
    const { phone } = this.#parts;
    return phone.door.gates.find(({ id }) => id === phone.stand.gate);
  }

  // A gate has its direction; where both are possible, two keys choose.
  async #face() {
    const { phone, status } = this.#parts;
    const direction = this.#gate?.direction ?? "in";
    if (direction !== "both" && direction !== phone.stand.direction) await phone.standAt({ direction });
    this.#showWays();
    status.show();
  }

  #showWays() {
    const { direction } = this.#parts.phone.stand;
    $("#ways").hidden = this.#gate?.direction !== "both";
    for (const key of $$("#ways [data-way]")) key.setAttribute("aria-pressed", key.dataset.way === direction);
  }

  #logOut() {
    const { log, logOut } = this.#parts;
    if (confirm(fill(words.log_out, { number: log.queue }))) logOut();
  }
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
