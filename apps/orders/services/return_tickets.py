"""A buyer gives tickets back, on the terms that were frozen when they ordered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from apps.core.asked_often import AskedOften
from apps.core.money import Money
from apps.core.templatetags.look import clock, full_date
from apps.events.states import EventState
from apps.orders.models import Order, OrderLine, OrderRefund, Unit
from apps.orders.refund_parts import Part, Terms, contained, of_tickets
from apps.orders.refund_ways import left_to_go_back
from apps.orders.selectors import left_of
from apps.orders.services.give_back import (
    Giving,
    end_units,
    give,
    known,
    lock_bought,
    lock_paid,
    standing_units,
)
from apps.orders.states import Channel, OrderState, RefundKind
from apps.orders.why_blocked import why_blocked
from apps.payments.models import Dispute, Payment, Refund
from apps.payments.services.refund import TAKEN_BACK
from apps.payments.states import DISPUTE_HOLDING, DisputeState
from apps.tickets.models import Ticket
from apps.tickets.states import LIVING, TicketState

# Whose of these tickets somebody came in with. The door is none of this app's business.
WentIn = Callable[[Sequence[Ticket]], Collection[int]]


class NotReturnable(Exception):
    """One of the chosen tickets cannot be given back any more; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Returnable:
    """A ticket its buyer sees: what comes back for it, or why it cannot be given back."""

    unit: Unit  # with its ticket and line
    worth: Money
    back: Money
    no: str

    @property
    def kept(self) -> Money:
        return self.worth - self.back

    @property
    def line(self) -> OrderLine:
        return self.unit.line


def on_its_terms(line: OrderLine, worth: int) -> Terms:
    base = worth
    if line.refund_keeps_fee:
        base -= contained(line.fee_minor, line.total_minor, worth)
    back = Money(base, line.order.currency).percent(Decimal(line.refund_percent))
    if line.refund_percent < 100 or line.refund_keeps_fee:
        back = back.in_coins()
    return Terms(back.minor, fee_back=not line.refund_keeps_fee)


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether a way to give back is shown, or why not although its terms would allow it."""

    is_open: bool
    no: str = ""


def offer(
    order: Order, lines: Sequence[OrderLine], tickets: Iterable[Ticket], *, at: datetime
) -> Offer:
    """
    For the order's page. An order whose terms allow nothing costs no statement; the page behind it
    looks closer.
    """
    paid = order.state in {OrderState.PAID, OrderState.COMPLETED}
    on = order.event.state == EventState.PUBLISHED and order.channel != Channel.BOX_OFFICE
    open_ = {
        line.variant_id
        for line in lines
        if line.refund_until is not None and at <= line.refund_until
    }
    living = {t.state for t in tickets if t.variant_id in open_ and t.state in LIVING}
    if not (paid and on and living):
        return Offer(is_open=False)
    if _SUSPECT.first(order.pk) is not None and (no := refused(order)):
        return Offer(is_open=False, no=no)
    return Offer(is_open=TicketState.VALID in living)


def refused(order: Order) -> str:
    """Why nothing of this order can be given back by its buyer; "" when something may."""
    if order.state not in {OrderState.PAID, OrderState.COMPLETED}:
        return _("There is nothing to give back: this order is not paid.")
    if order.event.state == EventState.CANCELLED:
        return _("This event has been called off: your money comes back without your asking.")
    if order.event.state != EventState.PUBLISHED:
        return _("This event is over.")
    if order.channel == Channel.BOX_OFFICE:
        return _("These tickets were bought at the box office. Give them back there.")
    return _in_doubt(order)


def returnable(order: Order, *, went_in: WentIn, at: datetime) -> list[Returnable]:
    """Every ticket that was not given back. Under the locks of order and tickets it stays true."""
    worths = {pk: worth for left in left_of(order) for pk, worth in left.worths.items()}
    units = standing_units(order)
    inside = went_in([unit.ticket for unit in units])
    found = []
    for unit in units:
        unit.line.order = order
        worth = worths[unit.pk]
        found.append(
            Returnable(
                unit,
                worth=Money(worth, order.currency),
                back=Money(on_its_terms(unit.line, worth).amount, order.currency),
                no=_why_not(unit, order, inside, at=at),
            )
        )
    return found


def return_tickets(
    order: Order, units: Collection[int], *, key: str, went_in: WentIn, at: datetime
) -> OrderRefund:
    """
    The same key again is the same refund.

    :raises NotRefundable, NotReturnable, KeyReused: nothing was changed.
    """
    giving = Giving(order.buyer, "given back by the buyer", key=key)
    with transaction.atomic():
        locked = lock_paid(order)
        if (before := known(locked, giving)) is not None:
            return before
        # Whoever scans holds its ticket: from here on nobody comes in with one of these.
        tickets = Ticket.objects.filter(unit__in=units).order_by("pk")
        list(tickets.select_for_update(no_key=True, of=("self",)))
        if refused(locked):
            raise NotReturnable
        rows = returnable(locked, went_in=went_in, at=at)
        chosen = [row for row in rows if row.unit.pk in units and not row.no]
        if not chosen or len(chosen) != len(set(units)):
            raise NotReturnable
        parts = parts_of(locked, chosen)
        bought = lock_bought(locked) if any(part.amount for part in parts) else None
        end_units(locked, [row.unit for row in chosen], giving, at=at)
        return give(locked, RefundKind.TICKETS, parts, giving, bought=bought, at=at)


def parts_of(order: Order, chosen: Sequence[Returnable]) -> list[Part]:
    return of_tickets(left_of(order), {row.unit.pk for row in chosen}, offer=on_its_terms)


def _suspect(order: int) -> QuerySet[Payment]:
    """Its payment, where something happened to it that may be in the way."""
    bought = Payment.objects.filter(order_payment__order=order, order_payment__applied=True)
    return bought.filter(
        Q(needs_review=True)
        | Exists(Dispute.objects.filter(payment=OuterRef("pk"), state__in=TAKEN_BACK))
        | Exists(Refund.objects.filter(payment=OuterRef("pk")))
    )


_SUSPECT = AskedOften(_suspect, -1)


def _in_doubt(order: Order) -> str:
    """A bank has it, it is marked for a look, or some of it went back and is not in our books yet."""
    payment = Payment.objects.filter(
        order_payment__order=order, order_payment__applied=True
    ).first()
    if payment is None:
        return ""
    left = sum(left.minor + left.kept for left in left_of(order))
    if not payment.needs_review and left_to_go_back(order, payment).minor >= left:
        return ""
    disputes = set(payment.disputes.values_list("state", flat=True))
    if disputes & set(DISPUTE_HOLDING):
        return _("The payment is disputed. Until that is decided nothing can be given back here.")
    if DisputeState.LOST in disputes:
        return _("The payment was taken back. There is nothing left to give back.")
    return _("Your payment is being looked at. Please write to the organizer.")


def _why_not(unit: Unit, order: Order, inside: Collection[int], *, at: datetime) -> str:
    until, ticket = unit.line.refund_until, unit.ticket
    if unit.ended_at is not None:
        return _("This ticket was passed on.")
    if ticket.pk in inside:
        return _("Somebody came in with this ticket.")
    if ticket.state != TicketState.VALID:
        return why_blocked([ticket]).get(ticket.pk, "")
    if until is None:
        return _("This kind of ticket cannot be given back.")
    if at > until:
        zone = order.event.zone
        when = {"day": full_date(until, zone), "time": clock(until, zone)}
        return _("It could be given back until %(day)s, %(time)s.") % when
    return ""
