"""That a ticket was looked at: a fact kept once a day, which costs the page no query after that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.cache import cache
from django.db import connection

from apps.tickets.models import Ticket, TicketView

What = TicketView.What
REMEMBERED_SECONDS = 26 * 60 * 60  # a little more than the day it is remembered for

# The first page after a payment writes one: the ORM takes twice as long over it, and three round trips.
_NOTE = """
    INSERT INTO tickets_ticketview (ticket_id, what, day, seen_at)
    SELECT unnest(%(tickets)s::bigint[]), %(what)s, %(day)s, %(at)s
    ON CONFLICT (ticket_id, day, what) DO NOTHING
"""


def note_view(tickets: Iterable[Ticket], what: What, *, at: datetime) -> None:
    """The cache answers for the day; when it forgets, the database knows that it has the row."""
    day = at.date()
    new = [
        ticket.pk
        for ticket in tickets
        if cache.add(f"ticket-seen:{ticket.pk}:{what}:{day}", 1, REMEMBERED_SECONDS)
    ]
    if new:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, {"tickets": new, "what": what.value, "day": day, "at": at})
