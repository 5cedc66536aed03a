from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from apps.box_office.models import LineKind, Till, TillLine
from apps.box_office.services.book import NewLine, lock_open, must_hold, write_line
from apps.box_office.services.move_cash import NotThatMuch
from apps.box_office.services.sell import scope_of, sold_by
from apps.orders.models import Order
from apps.orders.services.booking import hand
from apps.orders.services.give_back import Giving, NotRefundable
from apps.orders.services.refund import Choice, Whole, refund
from apps.payments.gateways.offline import Method

WHOLE = Whole()


def give_back(
    till: Till, order: Order, *, reason: str, at: datetime, choice: Choice = WHOLE
) -> TillLine:
    """
    A sale or some of its tickets, the way it was paid: cash out of this till, a card at this
    terminal, or onto its gift voucher. The tickets die. Also when another till sold it.

    :raises NotRefundable: it was not sold at a box office, or was given back already.
    :raises NotThatMuch, TillClosed: nothing was changed.
    """
    with transaction.atomic():
        locked = lock_open(till)
        sale = sold_by(order)
        if sale is None or sale.till.device.event_id != locked.device.event_id:
            raise NotRefundable
        method = Method(sale.method)
        giving = Giving(
            scope_of(locked.device_id),
            reason,
            out_of=hand(order.organizer_id, locked.device_id, method),
        )
        there = must_hold(locked, Method.CASH)
        decided = refund(order, choice, giving, at=at)
        amount = decided.to_provider  # the rest is on a gift voucher
        if method == Method.CASH and there < amount:
            raise NotThatMuch(there)
        return write_line(
            locked,
            NewLine(
                uuid4(),
                LineKind.REFUND,
                -amount,
                method,
                order=order,
                refund=decided.refund,
                reason=reason,
            ),
            at=at,
        )
