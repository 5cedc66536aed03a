// Calls of the server's API with this phone's key.
const BASE = "/api/v1/checkin/";
const PATIENCE_MS = 15_000;

export class NoAnswer extends Error {} // network, timeout, or a server in trouble: nobody knows what it did
export class TooFast extends Error {}
export class Revoked extends Error {}

// The server understood and said no. code: its stable word.
export class Problem extends Error {
  constructor(status, code) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

export class Api {
  #key;

  // key: null before pairing.
  constructor(key = null) {
    this.#key = key;
  }

  get = (path, patience) => this.#call("GET", path, undefined, patience);
  post = (path, body, patience) => this.#call("POST", path, body, patience);
  patch = (path, body) => this.#call("PATCH", path, body);
  remove = (path) => this.#call("DELETE", path);

  async #call(method, path, body, patience = PATIENCE_MS) {
    let response;
    let answer;
    try {
      response = await fetch(BASE + path, {
        method,
        headers: this.#headers(body),
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.timeout(patience),
      });
      answer = response.status === 204 ? null : await response.json();
    } catch (cause) {
      throw new NoAnswer("network", { cause });
    }
    if (response.ok) return answer;
    throw problem(response.status, answer?.code ?? "");
  }

  #headers(body) {
    const headers = { Accept: "application/json" };
    if (this.#key) headers.Authorization = `Device ${this.#key}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    return headers;
  }
}

function problem(status, code) {
  if (status >= 500) return new NoAnswer(`status ${status}`);
  if (status === 429) return new TooFast();
  if (status === 401) return new Revoked(code);
  return new Problem(status, code);
}
