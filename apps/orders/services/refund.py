"""An organizer gives an order's money back: its tickets die in the transaction of the request."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.money import Money, total
from apps.inventory import holds
from apps.ledger import chart, recipes
from apps.ledger.balances import about, pending_of
from apps.ledger.post import post
from apps.orders.models import Order, Unit, UnitPlace
from apps.orders.states import OrderState
from apps.outbox.publish import publish
from apps.payments.models import Payment, Refund
from apps.payments.services.refund import left_to_refund, request_refund
from apps.tickets.services.refund import refund_tickets


class NotRefundable(Exception):
    """It is not paid, or all of it went back already."""


def refund_order(order: Order, *, actor: str, reason: str, at: datetime) -> Refund | None:
    """
    Give all of it back. None when nothing was paid for it: then only the tickets die.

    :raises NotRefundable: nothing was changed.
    """
    with transaction.atomic():
        locked = (
            Order.objects.select_for_update(no_key=True, of=("self",))
            .select_related("organizer", "event")
            .get(pk=order.pk)
        )
        if locked.state not in {OrderState.PAID, OrderState.COMPLETED}:
            raise NotRefundable
        units = list(
            Unit.objects.filter(line__order=locked, ended_at=None).select_related("ticket")
        )
        if not units:
            raise NotRefundable
        _end_units(locked, units, actor=actor, at=at)
        return _send_back(locked, actor=actor, reason=reason, at=at)


def _end_units(order: Order, units: list[Unit], *, actor: str, at: datetime) -> None:
    holds.share_event(order.event_id)
    refund_tickets([unit.ticket for unit in units], actor=actor, at=at)
    taken = UnitPlace.objects.filter(unit__in=units)
    places = list(taken.values_list("place_id", flat=True))
    taken.delete()
    holds.give_back(order.claim, places)
    Unit.objects.filter(pk__in=[unit.pk for unit in units]).update(ended_at=at)


def _send_back(order: Order, *, actor: str, reason: str, at: datetime) -> Refund | None:
    payment = Payment.objects.filter(
        order_payment__order=order, order_payment__applied=True
    ).first()
    if payment is None:
        publish("order.refund_requested", about=order, at=at, refund=None, surplus=False)
        return None
    locked = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    left = left_to_refund(locked)
    if not left:
        # All of it went back from the provider's own pages; only the tickets were left.
        publish("order.refund_requested", about=order, at=at, refund=None, surplus=False)
        return None
    refund = request_refund(
        locked, left, purpose=f"order:{order.pk}", reason=reason, actor=actor, at=at
    )
    pending = pending_of(order.subject, order.organizer_id, payment.provider, order.currency)
    requested = recipes.refund_requested(
        organizer=order.organizer_id,
        provider=payment.provider,
        key=f"refund:{refund.pk}",
        amount=refund.amount,
        fee_back=_fee_left(order),
        pending=pending,
    )
    post(requested, subject=order.subject, at=at)
    publish("order.refund_requested", about=order, at=at, refund=refund.pk, surplus=False)
    return refund


def _fee_left(order: Order) -> Money:
    """What the platform still has of its fee: an earlier partial refund gave its part back."""
    booked = about([order.subject], [chart.PLATFORM_FEE])
    return -total((part.amount for part in booked), order.currency)
