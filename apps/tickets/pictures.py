"""The picture of a ticket's code, signed and drawn once: for its order's page, its own, and a look back."""

from __future__ import annotations

import logging

from django.core.cache import cache
from redis.exceptions import RedisError

from apps.tickets import keys, qr, tokens
from apps.tickets.models import Ticket

KEPT_SECONDS = 3600

logger = logging.getLogger(__name__)


def svg(ticket: Ticket) -> str:
    """Inline SVG. Reads `ticket.event`. Without Redis it is drawn each time."""
    key = _key(ticket)
    try:
        kept: str | None = cache.get(key)
        if kept is not None:
            return kept
        drawn = qr.svg(tokens.token(ticket))
        cache.set(key, drawn, KEPT_SECONDS)
    except RedisError as failure:
        logger.warning("pictures of codes are not kept: %s", failure)
        return qr.svg(tokens.token(ticket))
    return drawn


def _key(ticket: Ticket) -> str:
    """Whatever makes it another code."""
    ends_at = int(tokens.expiry(ticket).timestamp())
    return f"ticket-svg:{keys.ring().newest.kid}:{ticket.reference}:{ticket.version}:{ends_at}"
