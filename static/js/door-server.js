// Talks to the server. An attempt keeps its scan_id however often it is sent: the first answer counts.
const PATIENCE_MS = 6000;

export class NoAnswer extends Error {}
export class TooFast extends Error {}
export class Shut extends Error {}

async function call(url, options) {
  let response;
  try {
    response = await fetch(url, {
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...options,
      headers: { Accept: "application/json", ...options?.headers },
    });
  } catch (cause) {
    throw new NoAnswer("network", { cause });
  }
  if (response.status === 429) throw new TooFast();
  if (response.status === 403 || response.status === 404) throw new Shut();
  if (!response.ok) throw new NoAnswer(`status ${response.status}`);
  return response;
}

export class Server {
  #urls;

  constructor(urls) {
    this.#urls = urls;
  }

  async scan(attempt) {
    const body = JSON.stringify(attempt);
    const response = await call(this.#urls.scans, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json" },
    });
    return response.json();
  }

  async undo(scanId) {
    await call(this.#urls.reversal.replace(/[0-9a-f-]{36}/, scanId), { method: "POST" });
  }

  async counts() {
    return (await call(this.#urls.counts)).json();
  }

  // HTML made by the server.
  async guests(typed) {
    return (await call(`${this.#urls.guests}?${new URLSearchParams({ q: typed })}`)).text();
  }
}

export function newAttempt(code, mode, stand) {
  return {
    code,
    mode,
    scan_id: uuid(),
    scanned_at: new Date().toISOString(),
    gate: stand.gate ? Number(stand.gate) : null,
    device: stand.device,
  };
}

// crypto.randomUUID exists on secure pages only; a phone may come over plain HTTP on a local network.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
