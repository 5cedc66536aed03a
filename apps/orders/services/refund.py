"""An organizer gives an order's money back: its tickets die in the transaction of the request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.inventory import holds
from apps.ledger.chart import Code
from apps.orders.models import Order, Unit, UnitPlace
from apps.orders.services.booking import book_refund
from apps.orders.states import OrderState
from apps.outbox.publish import publish
from apps.payments.models import Payment, Refund
from apps.payments.services.refund import left_to_refund, request_refund
from apps.tickets.services.refund import refund_tickets
from apps.trail.record import record


class NotRefundable(Exception):
    """It is not paid, or all of it went back already."""


class UpgradedSince(NotRefundable):
    """A ticket of it became a better one that lives: that one's order goes back first."""


def refund_order(order: Order, *, actor: str, reason: str, at: datetime) -> Refund | None:
    """
    Give all of it back, the way it was paid. None when nothing was paid for it: then only the tickets
    die. What was paid into the organizer's own hand, the organizer hands back.

    :raises NotRefundable: nothing was changed.
    """
    return _give_back(order, Giving(actor, reason), at=at)


def hand_back(
    order: Order, *, out_of: Code, actor: str, reason: str, at: datetime
) -> Refund | None:
    """
    The same, for an order paid into the organizer's own hand: its money is taken out of this till.

    :raises NotRefundable: nothing was changed.
    """
    return _give_back(order, Giving(actor, reason, out_of), at=at)


@dataclass(frozen=True, slots=True)
class Giving:
    actor: str
    reason: str
    out_of: Code | None = None


def _give_back(order: Order, giving: Giving, *, at: datetime) -> Refund | None:
    with transaction.atomic():
        locked = (
            Order.objects.select_for_update(no_key=True, of=("self",))
            .select_related("organizer", "event")
            .get(pk=order.pk)
        )
        if locked.state not in {OrderState.PAID, OrderState.COMPLETED}:
            raise NotRefundable
        units = _living(locked)
        _end_units(locked, units, actor=giving.actor, at=at)
        refund = _send_back(locked, giving, at=at)
        if refund is None and not units:
            raise NotRefundable
        record(
            "order.refund",
            about=locked,
            actor=giving.actor,
            at=at,
            reason=giving.reason,
            amount=refund.amount if refund is not None else None,
        )
        return refund


def _living(order: Order) -> list[Unit]:
    """None when each became a better ticket whose money went back: then its own is left."""
    upgraded = Unit.objects.filter(line__order=order, upgraded_by__units__isnull=False)
    if upgraded.filter(upgraded_by__units__ended_at=None).exists():
        raise UpgradedSince
    units = list(Unit.objects.filter(line__order=order, ended_at=None).select_related("ticket"))
    if not units and not upgraded.exists():
        raise NotRefundable
    return units


def _end_units(order: Order, units: list[Unit], *, actor: str, at: datetime) -> None:
    holds.share_event(order.event_id)
    refund_tickets([unit.ticket for unit in units], actor=actor, at=at)
    taken = UnitPlace.objects.filter(unit__in=units)
    places = list(taken.values_list("place_id", flat=True))
    taken.delete()
    holds.give_back(order.claim, places)
    Unit.objects.filter(pk__in=[unit.pk for unit in units]).update(ended_at=at)


def _send_back(order: Order, giving: Giving, *, at: datetime) -> Refund | None:
    refund = _request(order, giving, at=at)
    if refund is not None:
        book_refund(order, refund, out_of=giving.out_of, at=at)
    publish(
        "order.refund_requested",
        about=order,
        at=at,
        refund=refund.pk if refund else None,
        surplus=False,
    )
    return refund


def _request(order: Order, giving: Giving, *, at: datetime) -> Refund | None:
    """None when nothing was paid, or all of it went back from the provider's own pages."""
    payment = Payment.objects.filter(
        order_payment__order=order, order_payment__applied=True
    ).first()
    if payment is None:
        return None
    locked = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    left = left_to_refund(locked)
    if not left:
        return None
    return request_refund(
        locked,
        left,
        purpose=f"order:{order.pk}",
        reason=giving.reason,
        actor=giving.actor,
        at=at,
    )
