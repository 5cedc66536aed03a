from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

from django.db import transaction

from apps.core.transitions import move
from apps.outbox.publish import publish
from apps.tickets.models import Ticket
from apps.tickets.states import TicketState


def refund_tickets(tickets: Iterable[Ticket], *, actor: str, at: datetime) -> None:
    """Their money went back: they admit no more. All or none; raises what `move` raises."""
    with transaction.atomic():
        # In id order, as doors lock them: nobody waits in a ring.
        for ticket in sorted(tickets, key=attrgetter("pk")):
            move(ticket, TicketState.REFUNDED, actor=actor, at=at)
            publish("ticket.changed", about=ticket, at=at, change="refunded")
