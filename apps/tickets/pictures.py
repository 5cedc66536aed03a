"""The picture of a ticket's code, signed and drawn once: for its order's page, its own, and a look back."""

from __future__ import annotations

from django.core.cache import cache

from apps.tickets import keys, qr, tokens
from apps.tickets.models import Ticket

KEPT_SECONDS = 3600


def svg(ticket: Ticket) -> str:
    """Inline SVG. Reads `ticket.event`."""
    key = _key(ticket)
    kept: str | None = cache.get(key)
    if kept is None:
        kept = qr.svg(tokens.token(ticket))
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _key(ticket: Ticket) -> str:
    """Whatever makes it another code."""
    ends_at = int(tokens.expiry(ticket).timestamp())
    return f"ticket-svg:{keys.ring().newest.kid}:{ticket.reference}:{ticket.version}:{ends_at}"
