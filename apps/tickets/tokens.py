"""A ticket's code: a signed JWT, read by the server and by a phone without a network alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from apps.tickets import keys
from apps.tickets.models import Ticket

LIFETIME = timedelta(days=365)
AFTER_EVENT = timedelta(days=30)
TOKEN_LENGTH_MAX = 1000
_CLAIMS = ("sub", "evt", "typ", "ver", "iat", "exp")
# The clock is the caller's, so that a door at a given time gives the same answer twice.
_CHECKED_BY_US: Any = {"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False}


class NotOurs(Exception):
    """No token of ours: unreadable, unsigned, altered, or signed with a key we do not know."""


@dataclass(frozen=True, slots=True)
class Claims:
    reference: str
    event_id: int
    variant_id: int
    version: int
    issued_at: datetime
    expires_at: datetime

    def expired(self, *, at: datetime) -> bool:
        return at >= self.expires_at


def token(ticket: Ticket) -> str:
    """Reads `ticket.event`. Signing is random: two tokens of one ticket differ, and both hold."""
    key = keys.ring().newest
    issued_at = int(ticket.issued_at.timestamp())
    payload = {
        "sub": ticket.reference,
        "evt": ticket.event_id,
        "typ": ticket.variant_id,
        "ver": ticket.version,
        "iat": issued_at,
        "exp": int(expiry(ticket).timestamp()),
    }
    return jwt.encode(payload, key.signs, algorithm=key.algorithm, headers={"kid": key.kid})


def expiry(ticket: Ticket) -> datetime:
    """Generous: the door judges by the event's window, this only ends what is long over."""
    return max(ticket.issued_at + LIFETIME, ticket.event.ends_at + AFTER_EVENT)


def read(code: str) -> Claims:
    """
    The claims of a code whose signature holds; not whether the ticket still admits.

    :raises NotOurs: anything else.
    """
    if len(code) > TOKEN_LENGTH_MAX:
        raise NotOurs("too long")
    try:
        # The key, not the token, decides the algorithm: "none" and HS256 with a public key get nowhere.
        key = keys.ring().by_kid[jwt.get_unverified_header(code)["kid"]]
        payload = jwt.decode(code, key.verifies, algorithms=[key.algorithm], options=_CHECKED_BY_US)
        return _claims(payload)
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, OverflowError) as cause:
        raise NotOurs(str(cause)) from cause


def _claims(payload: dict[str, Any]) -> Claims:
    numbers = [payload[name] for name in ("evt", "typ", "ver", "iat", "exp")]
    if not all(type(number) is int for number in numbers):
        raise TypeError("a claim is not a whole number")
    event_id, variant_id, version, issued_at, expires_at = numbers
    return Claims(
        reference=str(payload["sub"]),
        event_id=event_id,
        variant_id=variant_id,
        version=version,
        issued_at=datetime.fromtimestamp(issued_at, UTC),
        expires_at=datetime.fromtimestamp(expires_at, UTC),
    )
