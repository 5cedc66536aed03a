// A ticket's code is a signed JWT; the phone checks it as the server does. The key decides the algorithm,
// never the code: "none", or HS256 with a public key for a secret, get nowhere.
import { fromBase64url, text, utf8 } from "./bytes.js";

const ECDSA = { name: "ECDSA", namedCurve: "P-256" };
const VERIFY = { name: "ECDSA", hash: "SHA-256" };
const LENGTH_MAX = 1000;
const NUMBERS = ["evt", "typ", "ver", "iat", "exp"];

// From a JSON Web Key Set to a map of kid to key. Other keys than ES256 cannot be used here.
export async function readKeys(jwks) {
  const known = jwks.keys.filter(({ kty, crv, alg }) => kty === "EC" && crv === "P-256" && alg === "ES256");
  const keys = known.map(async ({ kid, kty, crv, x, y }) => [
    kid,
    await crypto.subtle.importKey("jwk", { kty, crv, x, y }, ECDSA, false, ["verify"]),
  ]);
  return new Map(await Promise.all(keys));
}

// The claims of a code whose signature holds, else null; not whether the ticket still admits.
export async function readToken(code, keys) {
  const parts = code.split(".");
  if (code.length > LENGTH_MAX || parts.length !== 3) return null;
  try {
    const header = JSON.parse(text(fromBase64url(parts[0])));
    const key = keys.get(header.kid);
    if (!key || header.alg !== "ES256") return null;
    const signed = utf8(`${parts[0]}.${parts[1]}`);
    if (!(await crypto.subtle.verify(VERIFY, key, fromBase64url(parts[2]), signed))) return null;
    return claims(JSON.parse(text(fromBase64url(parts[1]))));
  } catch (malformed) {
    if (malformed instanceof SyntaxError || malformed instanceof TypeError || malformed instanceof DOMException)
      return null;
    throw malformed;
  }
}

function claims(payload) {
  if (!payload || typeof payload.sub !== "string" || !NUMBERS.every((name) => Number.isSafeInteger(payload[name])))
    return null;
  const { sub, evt, typ, ver, exp } = payload;
  return { reference: sub, event: evt, variant: typ, version: ver, expires: exp * 1000 };
}
