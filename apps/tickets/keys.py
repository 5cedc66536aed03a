"""The keys that sign tickets: several P-256 private keys, the newest signs, all of them verify."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)
_KID_LENGTH = 8  # of the thumbprint: enough to tell a handful of keys apart, short in the QR code
_SECRET_BYTES_MIN = 32
SHARED = "hs256"  # the kid of the shared secret


class BrokenKeys(ImproperlyConfigured):
    """The keys in the environment cannot sign; says which and why."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key and the only algorithm it may be used with."""

    kid: str
    algorithm: str
    signs: Any
    verifies: Any


@dataclass(frozen=True, slots=True)
class Ring:
    newest: Key
    by_kid: Mapping[str, Key]


def ring() -> Ring:
    """
    :raises BrokenKeys: a key is malformed, of another curve, given twice, or there is none.
    """
    return _ring(settings.TICKET_SIGNING_KEYS, settings.TICKET_HS256_SECRET)


def jwks() -> dict[str, list[dict[str, str]]]:
    """The public keys as a JSON Web Key Set (RFC 7517). A shared secret is never among them."""
    return {
        "keys": [
            {**_jwk(key.verifies), "kid": key.kid, "alg": key.algorithm, "use": "sig"}
            for key in ring().by_kid.values()
            if key.algorithm == "ES256"
        ]
    }


def why_no_offline_door() -> str:
    """Why a phone cannot check tickets by itself, or "" when it can."""
    if ring().newest.algorithm == "ES256":
        return ""
    return _(
        "Offline check-in is off: tickets are signed with a shared secret (TICKET_HS256_SECRET),"
        " and whoever can check such a ticket could also forge one. Sign with TICKET_SIGNING_KEYS instead."
    )


def new_pem() -> str:
    private = ec.generate_private_key(ec.SECP256R1())
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def kid_of(public: ec.EllipticCurvePublicKey) -> str:
    """The start of its thumbprint (RFC 7638)."""
    canonical = json.dumps(_jwk(public), separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(canonical.encode()).digest())[:_KID_LENGTH]


@cache
def _ring(pems: str, secret: str) -> Ring:
    keys = [_shared_key(secret)] if secret else []
    # A newline in an environment variable is often written as \n.
    found = _PEM.finditer(pems.replace("\\n", "\n"))
    keys += [_private_key(match[0], number) for number, match in enumerate(found, start=1)]
    if not keys:
        raise BrokenKeys("TICKET_SIGNING_KEYS holds no PEM private key")
    by_kid = {key.kid: key for key in keys}
    if len(by_kid) < len(keys):
        raise BrokenKeys("TICKET_SIGNING_KEYS holds the same key twice")
    return Ring(newest=keys[0], by_kid=by_kid)


def _private_key(pem: str, number: int) -> Key:
    try:
        private = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as cause:
        raise BrokenKeys(
            f"TICKET_SIGNING_KEYS: key {number} is not a readable private key"
        ) from cause
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
        raise BrokenKeys(f"TICKET_SIGNING_KEYS: key {number} is not a P-256 key")
    return Key(kid_of(private.public_key()), "ES256", private, private.public_key())


def _shared_key(secret: str) -> Key:
    if len(secret.encode()) < _SECRET_BYTES_MIN:
        raise BrokenKeys(f"TICKET_HS256_SECRET is shorter than {_SECRET_BYTES_MIN} bytes")
    return Key(SHARED, "HS256", secret, secret)


def _jwk(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    point = public.public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": _base64url(point.x.to_bytes(32, "big")),
        "y": _base64url(point.y.to_bytes(32, "big")),
    }


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
