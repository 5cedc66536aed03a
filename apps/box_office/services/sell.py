"""A sale at the counter: the same steps as in the shop, with the money in the seller's hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.box_office.models import LineKind, Till, TillLine
from apps.box_office.services.book import NewLine, lock_open, write_line
from apps.checkin.models import Entry
from apps.core.money import Money
from apps.orders.buyers import Buyer
from apps.orders.models import Order
from apps.orders.services.place import (
    Circumstances,
    Idempotency,
    Selection,
    TooManyHolds,
    place,
)
from apps.orders.services.start_payment import Addresses, NotPayable, start_payment
from apps.orders.services.take_money import take_money, take_nothing
from apps.orders.services.upgrade import NotUpgradable, make_way
from apps.orders.states import Channel
from apps.payments.gateways.base import Kind
from apps.payments.gateways.offline import Method, Taken
from apps.payments.models import Payment

HOLDS_MAX = 5  # sales that were begun and are neither paid nor let go


@dataclass(frozen=True, slots=True)
class InHand:
    """given: what the buyer put down, in cash. receipt: of the card terminal."""

    method: Method
    given: Money | None = None
    receipt: str = ""


def scope_of(device: int) -> str:
    """The keys of a device's sales are its own."""
    return f"device:{device}"


def begin_sale(
    till: Till, heads: Mapping[int, int], *, sale: UUID, language: str, at: datetime
) -> Order:
    """
    Places held for this buyer alone. The same sale again is the same order.

    :raises TooManyHolds, and what `place` raises: nothing was held.
    """
    refuse_too_many(till, sale, at=at)
    chosen = sorted((pk, count) for pk, count in heads.items() if count > 0)
    # Each sale is a buyer of its own: two at one counter do not take each other's places.
    return place(
        Selection(till.device.event, heads),
        Buyer(f"{scope_of(till.device_id)}:{sale}"),
        circumstances_of(till, sale, chosen, language=language),
        at=at,
    )


def refuse_too_many(till: Till, sale: UUID, *, at: datetime) -> None:
    begun = Order.objects.unpaid().filter(idempotency_scope=scope_of(till.device_id), pay_by__gt=at)
    if begun.exclude(idempotency_key=str(sale)).count() >= HOLDS_MAX:
        raise TooManyHolds


def circumstances_of(till: Till, sale: UUID, chosen: object, *, language: str) -> Circumstances:
    return Circumstances(
        channel=Channel.BOX_OFFICE,
        language=language,
        idempotency=Idempotency(
            scope_of(till.device_id), str(sale), hashlib.sha256(repr(chosen).encode()).hexdigest()
        ),
    )


def finish_sale(till: Till, order: Order, paid: InHand, *, at: datetime) -> TillLine:
    """
    The money is in the seller's hand: payment, order, tickets, books and the till's line are one
    transaction. Again, also at once: the same line.

    :raises TillClosed, NotPayable, NotOurs, PlacesGone, NotUpgradable: nothing was sold and nothing
        taken: hand it back.
    """
    if (done := sold_by(order)) is not None:
        return done
    try:
        payment = _payment(order, at=at)
    except NotPayable:
        if (done := sold_by(order)) is not None:
            return done
        raise
    with transaction.atomic():
        locked = lock_open(till)
        if (done := sold_by(order)) is not None:
            return done
        actor = scope_of(till.device_id)
        ended = make_way(order, actor=actor, at=at)
        if ended is not None and Entry.objects.standing().filter(ticket=ended.ticket_id).exists():
            raise NotUpgradable  # it went in while they paid
        if payment is None:
            take_nothing(order, actor=actor, at=at)
        else:
            taken = Taken(paid.method, till.device_id, paid.receipt)
            take_money(payment, taken, actor=actor, at=at)
        return write_line(
            locked,
            NewLine(
                UUID(order.idempotency_key),
                LineKind.SALE,
                order.due,
                paid.method,
                order=order,
                given=paid.given,
                receipt=paid.receipt,
            ),
            at=at,
        )


def sold_by(order: Order) -> TillLine | None:
    """The line of the sale, when there was one."""
    lines = TillLine.objects.filter(order=order, kind=LineKind.SALE)
    return lines.select_related("till__device").first()


def _payment(order: Order, *, at: datetime) -> Payment | None:
    """None: nothing is to pay, or a gift voucher pays it all."""
    if not order.due:
        return None
    return start_payment(order, Kind.OFFLINE, Addresses("", ""), at=at)
