"""Tickets on paper, one page each: drawn once, kept for a while."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from django.core.cache import cache
from django.utils.translation import get_language

from apps.tickets.models import Ticket

KEPT_SECONDS = 3600  # long enough for the mail that was just sent and the click that follows


def tickets_pdf(tickets: Sequence[Ticket]) -> bytes:
    """
    In the active language. Reads each ticket's variant, event, its venue and organizer. Kept for an
    hour, so that the worker that mails it spares the request that shows it: drawing takes some 50 ms.
    """
    key = _cache_key(tickets)
    kept: bytes | None = cache.get(key)
    if kept is None:
        from apps.tickets.drawing import draw  # late: a process that draws nothing needs no fonts

        kept = draw(tickets)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _cache_key(tickets: Iterable[Ticket]) -> str:
    shown = [
        (t.reference, t.version, t.holder_name, t.place_label, t.variant.name, t.event.revision)
        for t in tickets
    ]
    digest = hashlib.sha256(repr((get_language(), shown)).encode()).hexdigest()
    return f"tickets-pdf:{digest}"
