"""What stands on the first page of the console: how are we doing, and what waits for us."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from apps.accounts.models import Organizer
from apps.accounts.selectors import payable_methods
from apps.accounts.states import OrganizerState
from apps.checkin.models import Standing
from apps.console import stock
from apps.events.models import Event
from apps.events.states import EventState
from apps.payments.models import Dispute
from apps.payments.states import DISPUTE_RUNNING
from apps.tickets.models import Ticket

NEXT_MAX = 8
STILL_ON = timedelta(hours=12)  # doors of last night's event are still looked at this morning


@dataclass(frozen=True, slots=True)
class Upcoming:
    event: Event
    sold: int
    inside: int
    capacity: int | None


def upcoming(organizers: Collection[int], *, at: datetime) -> list[Upcoming]:
    events = list(
        Event.objects.filter(organizer__in=organizers, ends_at__gt=at - STILL_ON)
        .exclude(state=EventState.CANCELLED)
        .select_related("organizer", "venue")
        .order_by("starts_at", "pk")[:NEXT_MAX]
    )
    living = Ticket.objects.filter(event__in=events).living().values("event")
    sold = dict(living.annotate(n=Count("pk")).values_list("event", "n"))
    inside = dict(
        Ticket.objects.filter(
            event__in=events,
            entries__undone_at=None,
            entries__standing__in=[Standing.REGULAR, Standing.OVERRULED],
        )
        .filter(entries__isnull=False)
        .values("event")
        .annotate(n=Count("pk"))
        .values_list("event", "n")
    )
    return [
        Upcoming(event, sold.get(event.pk, 0), inside.get(event.pk, 0), stock.capacity(event))
        for event in events
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something the organizer should do before money can come in."""

    applied: list[Organizer]
    without_legal_texts: list[Organizer]
    without_payout_method: list[Organizer]
    disputes: int  # that wait for an answer

    def __bool__(self) -> bool:
        missing = self.applied or self.without_legal_texts or self.without_payout_method
        return bool(missing or self.disputes)


def waiting(organizers: list[Organizer]) -> Waiting:
    return Waiting(
        applied=[o for o in organizers if o.state == OrganizerState.APPLIED],
        without_legal_texts=[o for o in organizers if not (o.imprint.strip() and o.terms.strip())],
        without_payout_method=[o for o in organizers if not payable_methods(o).exists()],
        disputes=Dispute.objects.filter(
            payment__order_payment__order__organizer__in=organizers,
            state__in=DISPUTE_RUNNING,
            answer=None,
        ).count(),
    )
