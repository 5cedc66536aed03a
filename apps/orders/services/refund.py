"""An organizer gives an order's money back: its tickets die in the transaction of the request."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.ledger.chart import Code
from apps.orders.models import Order, Unit
from apps.orders.refund_parts import Part, capped, of_tickets
from apps.orders.selectors import left_of
from apps.orders.services.give_back import (
    Giving,
    applied_payment,
    end_units,
    give,
    lock_paid,
    standing_units,
)
from apps.orders.services.give_back import NotRefundable as NotRefundable
from apps.orders.services.give_back import UpgradedSince as UpgradedSince
from apps.orders.states import RefundKind
from apps.payments.models import Refund
from apps.payments.services.refund import left_to_refund


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


def _give_back(order: Order, giving: Giving, *, at: datetime) -> Refund | None:
    with transaction.atomic():
        locked = lock_paid(order)
        units = standing_units(locked)
        parts = _all_of(locked, units)
        living = [unit for unit in units if unit.ended_at is None]
        if not living and not any(part.amount for part in parts):
            raise NotRefundable
        end_units(locked, living, actor=giving.actor, at=at)
        return give(locked, RefundKind.WHOLE, parts, giving, at=at).refund


def _all_of(order: Order, units: list[Unit]) -> list[Part]:
    """Less what went back from the provider's own pages and is not in our books yet."""
    lefts = left_of(order)
    parts = of_tickets(lefts, {unit.pk for unit in units})
    payment = applied_payment(order)
    return capped(parts, lefts, left_to_refund(payment).minor) if payment is not None else parts
