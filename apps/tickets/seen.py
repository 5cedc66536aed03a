"""That a ticket was looked at: a fact kept once a day, which costs the page no query after that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.cache import cache

from apps.tickets.models import Ticket, TicketView

What = TicketView.What
REMEMBERED_SECONDS = 26 * 60 * 60  # a little more than the day it is remembered for


def note_view(tickets: Iterable[Ticket], what: What, *, at: datetime) -> None:
    """The cache answers for the day; when it forgets, the database knows that it has the row."""
    day = at.date()
    new = [
        TicketView(ticket=ticket, what=what, day=day, seen_at=at)
        for ticket in tickets
        if cache.add(f"ticket-seen:{ticket.pk}:{what}:{day}", 1, REMEMBERED_SECONDS)
    ]
    if new:
        TicketView.objects.bulk_create(new, ignore_conflicts=True)
