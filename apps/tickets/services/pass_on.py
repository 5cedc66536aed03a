from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.transitions import move
from apps.outbox.publish import publish
from apps.tickets.models import Ticket
from apps.tickets.states import TicketState


def pass_on(ticket: Ticket, *, reason: str, actor: str, at: datetime) -> None:
    """Another ticket admits in its stead. Raises what `move` raises."""
    with transaction.atomic():
        move(ticket, TicketState.TRANSFERRED, reason=reason, actor=actor, at=at)
        publish("ticket.changed", about=ticket, at=at, change="transferred")
