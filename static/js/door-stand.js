// Where this phone stands: gate, mode, its name; how many are in, and how old that number is.
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const $ = (selector) => document.querySelector(selector);

export class Stand {
  #server;
  #words;
  #key;
  #form = $("#stand-form");
  #counts = null;
  #countedAt = 0;

  constructor({ key, device }, server, words) {
    this.#key = key;
    this.#server = server;
    this.#words = words;
    this.#restore(device);
    this.#form.addEventListener("change", () => this.#keep());
    setInterval(() => this.#showAge(), 1000);
    addEventListener("online", () => this.refresh());
    addEventListener("offline", () => this.missed());
  }

  get gate() {
    return this.#form.elements.gate?.value ?? "";
  }

  get mode() {
    return this.#form.elements.mode.value;
  }

  get device() {
    return this.#form.elements.device.value.trim();
  }

  say(text) {
    $("#says").textContent = text;
  }

  heard() {
    $("#state").removeAttribute("data-off");
    $("#net").textContent = this.#words.online;
  }

  missed() {
    $("#state").setAttribute("data-off", "");
    $("#net").textContent = this.#words.offline;
  }

  async refresh() {
    try {
      this.#counts = await this.#server.counts();
      this.#countedAt = Date.now();
      this.heard();
      this.#show();
    } catch {
      this.missed();
    }
  }

  // Shown at once; the next count of the server puts it right.
  oneMore() {
    this.#add(1);
  }

  oneLess() {
    this.#add(-1);
  }

  #add(number) {
    if (!this.#counts) return;
    this.#counts.inside += number;
    if (this.gate) this.#counts.by_gate[this.gate] = (this.#counts.by_gate[this.gate] ?? 0) + number;
    this.#show();
  }

  #show() {
    const { inside, expected, by_gate: byGate } = this.#counts;
    $("#inside").textContent = inside;
    $("#expected").textContent = fill(this.#words.of_all, { expected });
    const here = this.#gateName();
    $("#here").textContent = here ? `${here}: ${byGate[this.gate] ?? 0}` : "";
    this.#showAge();
  }

  #showAge() {
    if (!this.#countedAt) return;
    const seconds = Math.round((Date.now() - this.#countedAt) / 1000);
    $("#age").textContent = fill(this.#words.age, { seconds });
  }

  #gateName() {
    return this.gate ? this.#form.elements.gate.selectedOptions[0].text : "";
  }

  #restore(device) {
    const kept = JSON.parse(localStorage.getItem(this.#key) ?? "{}");
    const { gate, mode, device: name } = this.#form.elements;
    if (gate && [...gate.options].some((option) => option.value === kept.gate)) gate.value = kept.gate;
    if (kept.mode) mode.value = kept.mode;
    name.value = kept.device || device;
    this.#showGate();
  }

  #showGate() {
    const here = this.#gateName();
    $("#where").textContent = here ? `${here} · ` : "";
  }

  #keep() {
    const { gate, mode, device } = this;
    localStorage.setItem(this.#key, JSON.stringify({ gate, mode, device }));
    this.#showGate();
    if (this.#counts) this.#show();
  }
}
