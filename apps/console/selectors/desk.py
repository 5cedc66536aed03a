"""What stands on the first page of the console: how are we doing, and what waits for us."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, Count, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from apps.accounts.models import Organizer
from apps.accounts.selectors import payable_methods
from apps.accounts.states import OrganizerState
from apps.checkin.models import Standing
from apps.console import stock
from apps.events.models import Event
from apps.events.states import EventState
from apps.notifications.models import TROUBLE, Mail, MailState
from apps.orders.models import Order
from apps.payments.models import Dispute
from apps.payments.states import DISPUTE_RUNNING
from apps.tickets.models import Ticket

NEXT_MAX = 8
LOOKED_BACK = timedelta(days=60)  # mails that did not arrive
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
    """What somebody of the team has to do."""

    applied: list[Organizer]
    without_legal_texts: list[Organizer]
    without_payout_method: list[Organizer]
    disputes: int  # that wait for an answer
    unreached: int  # orders whose mails come back or fail

    def __bool__(self) -> bool:
        missing = self.applied or self.without_legal_texts or self.without_payout_method
        return bool(missing or self.disputes or self.unreached)


def waiting(organizers: list[Organizer], *, at: datetime) -> Waiting:
    return Waiting(
        applied=[o for o in organizers if o.state == OrganizerState.APPLIED],
        without_legal_texts=[o for o in organizers if not (o.imprint.strip() and o.terms.strip())],
        without_payout_method=[o for o in organizers if not payable_methods(o).exists()],
        disputes=Dispute.objects.filter(
            payment__order_payment__order__organizer__in=organizers,
            state__in=DISPUTE_RUNNING,
            answer=None,
        ).count(),
        unreached=_unreached(organizers, at=at),
    )


def _unreached(organizers: list[Organizer], *, at: datetime) -> int:
    """Until the address is corrected, a mail gets through, or the event is over."""
    newest = Mail.objects.filter(
        about=Concat(Value("orders.order:"), Cast(OuterRef("pk"), CharField())),
        to=OuterRef("email"),
        state__in=[MailState.SENT, *TROUBLE],
    ).order_by("-queued_at", "-pk")
    lost = (
        Mail.objects.in_trouble()
        .filter(organizer__in=organizers, created_at__gt=at - LOOKED_BACK)
        .filter(about__startswith="orders.order:")
        .values_list("about", flat=True)
    )
    orders = Order.objects.filter(pk__in={int(about.partition(":")[2]) for about in lost})
    return (
        orders.filter(event__ends_at__gt=at)
        .exclude(event__state=EventState.CANCELLED)
        .annotate(newest=Subquery(newest.values("state")[:1]))
        .filter(newest__in=TROUBLE)
        .count()
    )
