from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.transitions import move
from apps.outbox.publish import publish
from apps.tickets.models import Ticket
from apps.tickets.states import TicketState


def block(ticket: Ticket, *, reason: str, actor: str, at: datetime) -> None:
    """It no longer admits; its place stays sold. Raises what `move` raises."""
    with transaction.atomic():
        move(ticket, TicketState.BLOCKED, reason=reason, actor=actor, at=at)
        publish("ticket.changed", about=ticket, at=at, change="blocked")


def unblock(ticket: Ticket, *, reason: str, actor: str, at: datetime) -> None:
    """It admits again. Raises what `move` raises."""
    with transaction.atomic():
        move(ticket, TicketState.VALID, reason=reason, actor=actor, at=at)
        publish("ticket.changed", about=ticket, at=at, change="unblocked")
