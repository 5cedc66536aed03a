"""One order as the people who help its buyer need to see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Q, QuerySet

from apps.accounts.models import Membership, User
from apps.checkin.models import Entry, Standing
from apps.console.words import state_words
from apps.core.models import StateChange
from apps.core.references import normalise
from apps.notifications.models import Mail
from apps.orders.models import Order, OrderLine, OrderPayment, OrderRefund, Unit
from apps.orders.selectors import onto_vouchers
from apps.payments.models import Dispute, FraudWarning, Refund
from apps.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that changed its state."""

    at: datetime
    what: str  # "Ticket 4F7K…", already in words
    target: str  # state
    target_words: str
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Story:
    lines: list[OrderLine]
    tickets: list[Ticket]
    entered: dict[int, datetime]  # by ticket
    payments: list[OrderPayment]
    refunds: list[Refund]
    onto_vouchers: list[OrderRefund]
    disputes: list[Dispute]
    warnings: list[FraudWarning]
    mails: list[Mail]
    happenings: list[Happening]


def find(orders: QuerySet[Order], typed: str) -> QuerySet[Order]:
    """By reference, buyer's name or address, or by a ticket's reference or holder."""
    term = typed.strip()
    reference = normalise(term)
    units = Unit.objects.filter(
        Q(ticket__reference=reference) | Q(ticket__holder_name__unaccent__icontains=term)
    )
    return orders.filter(
        Q(reference=reference)
        | Q(name__unaccent__icontains=term)
        | Q(email__icontains=term)
        | Q(pk__in=units.values("line__order"))
    )


def story_of(order: Order) -> Story:
    lines = list(order.lines.select_related("variant").order_by("pk"))
    for line in lines:
        line.order = order
    tickets = list(
        Ticket.objects.filter(unit__line__order=order).select_related("variant").order_by("pk")
    )
    payments = list(order.payments.select_related("payment").order_by("pk"))
    refunds = list(
        Refund.objects.filter(payment__in=[p.payment for p in payments])
        .select_related("payment", "order_refund")
        .order_by("pk")
    )
    disputes = list(
        Dispute.objects.filter(payment__order_payment__order=order)
        .select_related("payment")
        .order_by("pk")
    )
    entries = Entry.objects.filter(ticket__in=tickets, undone_at=None).exclude(
        standing=Standing.DOUBLE
    )
    return Story(
        lines=lines,
        tickets=tickets,
        entered={entry.ticket_id: entry.at for entry in entries},
        payments=payments,
        refunds=refunds,
        onto_vouchers=onto_vouchers(order),
        disputes=disputes,
        warnings=_warnings_of(order),
        mails=list(Mail.objects.about(order).order_by("-pk")),
        happenings=_happenings(
            order, [*tickets, *(p.payment for p in payments), *refunds, *disputes]
        ),
    )


def _warnings_of(order: Order) -> list[FraudWarning]:
    """Those that something can still be done about."""
    warnings = FraudWarning.objects.filter(payment__order_payment__order=order, actionable=True)
    return list(warnings.order_by("pk"))


def _happenings(order: Order, others: list[models.Model]) -> list[Happening]:
    things: dict[tuple[str, int], models.Model] = {
        (thing._meta.label_lower, thing.pk): thing for thing in (order, *others)
    }
    wanted = Q(pk__in=[])
    for subject in {subject for subject, _ in things}:
        ids = [pk for other, pk in things if other == subject]
        wanted |= Q(subject=subject, subject_id__in=ids)
    changes = list(StateChange.objects.filter(wanted).order_by("at", "pk"))
    names = names_of((change.actor for change in changes), order)
    return [
        Happening(
            at=change.at,
            what=_name(things[change.subject, change.subject_id]),
            target=change.target,
            target_words=state_words(change, change.target),
            who=names.get(change.actor, ""),
            reason=change.reason,
        )
        for change in changes
    ]


def names_of(actors: Iterable[str], order: Order) -> dict[str, str]:
    """Who is in the team or bought it; anybody else is not this organizer's to know by name."""
    ids = {int(actor[5:]) for actor in actors if actor.startswith("user:")}
    team = Membership.objects.filter(organizer=order.organizer_id, user__in=ids)
    known = {row.user_id for row in team.only("user_id")} | {order.user_id}
    users = User.objects.filter(pk__in=ids & known)
    return {f"user:{user.pk}": user.name or user.email for user in users}


def _name(thing: models.Model) -> str:
    name = thing.payment.reference if isinstance(thing, Refund) else thing
    return f"{thing._meta.verbose_name} {name}"
