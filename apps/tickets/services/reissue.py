from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.core.transitions import LostRace
from apps.outbox.publish import publish
from apps.tickets.models import Reissue, Ticket


def reissue(ticket: Ticket, *, reason: str, actor: str, at: datetime) -> None:
    """
    A new code for the same ticket; every older one is refused from now on.

    :raises LostRace: it was reissued, refunded or passed on meanwhile.
    """
    with transaction.atomic():
        same = Ticket.objects.living().filter(pk=ticket.pk, version=ticket.version)
        if same.update(version=F("version") + 1) != 1:
            raise LostRace(f"ticket {ticket.pk} is no longer at version {ticket.version}")
        ticket.version += 1
        Reissue.objects.create(
            ticket=ticket, version=ticket.version, actor=actor, reason=reason, at=at
        )
        publish(
            "ticket.changed", about=ticket, at=at, change="reissued", actor=actor, reason=reason
        )
