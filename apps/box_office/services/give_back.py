from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from apps.box_office.models import LineKind, Till, TillLine
from apps.box_office.services.book import NewLine, lock_open, must_hold, write_line
from apps.box_office.services.move_cash import NotThatMuch
from apps.box_office.services.sell import scope_of, sold_by
from apps.core.money import Money
from apps.orders.models import Order
from apps.orders.services.booking import hand
from apps.orders.services.refund import NotRefundable, hand_back
from apps.payments.gateways.offline import Method


def give_back(till: Till, order: Order, *, reason: str, at: datetime) -> TillLine:
    """
    A whole sale, the way it was paid: cash out of this till, a card at this terminal. Its tickets
    die. Also when another till sold it.

    :raises NotRefundable: it was not sold at a box office, or was given back already.
    :raises NotThatMuch, TillClosed: nothing was changed.
    """
    with transaction.atomic():
        locked = lock_open(till)
        sale = sold_by(order)
        if sale is None or sale.till.device.event_id != locked.device.event_id:
            raise NotRefundable
        method = Method(sale.method)
        there = must_hold(locked, Method.CASH)
        if method == Method.CASH and there < order.total:
            raise NotThatMuch(there)
        refund = hand_back(
            order,
            out_of=hand(order.organizer_id, locked.device_id, method),
            actor=scope_of(locked.device_id),
            reason=reason,
            at=at,
        )
        amount = refund.amount if refund is not None else Money.zero(locked.currency)
        return write_line(
            locked,
            NewLine(
                uuid4(),
                LineKind.REFUND,
                -amount,
                method,
                order=order,
                refund=refund,
                reason=reason,
            ),
            at=at,
        )
