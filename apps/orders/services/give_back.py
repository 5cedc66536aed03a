"""What every way of giving back shares: who may, what ends, and the rows, books and fact of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from apps.core.asked_often import AskedOften
from apps.core.money import Money
from apps.inventory import holds
from apps.inventory.resize import withdraw
from apps.ledger.chart import Code
from apps.orders.models import Order, OrderRefund, OrderRefundLine, Unit
from apps.orders.refund_parts import Part
from apps.orders.refund_ways import ways_back
from apps.orders.services.booking import book_refund
from apps.orders.states import OrderState, RefundKind
from apps.outbox.publish import publish
from apps.payments.models import Payment, Refund
from apps.payments.services.refund import request_refund, standing_of
from apps.tickets.services.refund import refund_tickets
from apps.trail.record import record
from apps.vouchers.models import GiftVoucher
from apps.vouchers.services.hold import lock as lock_voucher
from apps.vouchers.services.refund_to import refund_to
from apps.vouchers.services.write_voucher import Recipient

_LET_GO = "DELETE FROM orders_unitplace WHERE unit_id = ANY(%s) RETURNING place_id"


class NotRefundable(Exception):
    """It is not paid, or all of it went back already."""


class InDispute(NotRefundable):
    """The buyer's bank decides about its money: until then the provider refuses a refund."""


class UpgradedSince(NotRefundable):
    """A ticket of it became a better one that lives: that one's order goes back first."""


class KeyReused(Exception):
    """The key came before, with another request."""


@dataclass(frozen=True, slots=True)
class Giving:
    """out_of: the till the organizer's own money is taken from; None: beside its tills."""

    actor: str
    reason: str
    out_of: Code | None = None
    back_on_sale: bool = True  # the places of its tickets
    key: str = ""
    request_hash: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The refund at the provider, and how much goes onto which gift voucher."""

    refund: Refund | None = None
    voucher: GiftVoucher | None = None
    onto_minor: int = 0


def lock_paid(order: Order) -> Order:
    """:raises NotRefundable:"""
    locked = _LOCKED.get(order.pk)
    if locked.state not in {OrderState.PAID, OrderState.COMPLETED}:
        raise NotRefundable
    if locked.voucher_id is not None:
        lock_voucher(locked.voucher_id)  # before its places, as in its sale
    return locked


def _locked(pk: int) -> QuerySet[Order]:
    rows = Order.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("organizer", "event", "voucher").filter(pk=pk)


_LOCKED = AskedOften(_locked, -1)


def known(order: Order, giving: Giving) -> OrderRefund | None:
    """
    The refund this key made before.

    :raises KeyReused:
    """
    if not giving.key:
        return None
    before = OrderRefund.objects.filter(order=order, key=giving.key).first()
    if before is not None and before.request_hash != giving.request_hash:
        raise KeyReused
    return before


def standing_units(order: Order) -> list[Unit]:
    """With their tickets: those that were not given back."""
    return _STANDING.all(order.pk)


def _standing(order: int) -> QuerySet[Unit]:
    units = Unit.objects.filter(line__order=order, refund_line=None)
    return units.select_related("ticket", "line").order_by("pk")


_STANDING = AskedOften(_standing, -1)


def not_upgraded(units: Sequence[Unit]) -> None:
    """:raises UpgradedSince: one of them became a better ticket that lives."""
    better = Unit.objects.filter(line__upgrades__in=[unit.pk for unit in units], ended_at=None)
    if better.exists():
        raise UpgradedSince


def end_units(order: Order, units: Sequence[Unit], giving: Giving, *, at: datetime) -> None:
    holds.share_event(order.event_id)
    refund_tickets([unit.ticket for unit in units], actor=giving.actor, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_LET_GO, [[unit.pk for unit in units]])
        places = [place for (place,) in cursor.fetchall()]
    if giving.back_on_sale:
        holds.give_back(order.claim, places)
    else:
        withdraw(order.claim, places)
    Unit.objects.filter(pk__in=[unit.pk for unit in units]).update(ended_at=at)


def give(
    order: Order,
    kind: RefundKind,
    parts: Sequence[Part],
    giving: Giving,
    *,
    bought: Bought | None,
    at: datetime,
) -> OrderRefund:
    """Needs the order's row locked. Asks for the money, writes the decision and books it."""
    amount = Money(sum(part.amount for part in parts), order.currency)
    asked = _ask_for(order, amount, giving, bought, at=at) if amount else Asked()
    refund = asked.refund
    decided = write_decision(order, kind, parts, giving, asked, at=at)
    if amount:
        book_refund(decided, out_of=giving.out_of, at=at)
    publish(
        "order.refund_requested",
        about=order,
        at=at,
        refund=refund.pk if refund else None,
        order_refund=decided.pk,
        surplus=False,
    )
    return decided


def write_decision(
    order: Order,
    kind: RefundKind,
    parts: Sequence[Part],
    giving: Giving,
    asked: Asked,
    *,
    at: datetime,
) -> OrderRefund:
    decided = OrderRefund.objects.create(
        order=order,
        refund=asked.refund,
        voucher=asked.voucher,
        voucher_minor=asked.onto_minor,
        kind=kind,
        amount_minor=sum(part.amount for part in parts),
        fee_back_minor=sum(part.fee for part in parts),
        reason=giving.reason[:200],
        actor=giving.actor,
        back_on_sale=giving.back_on_sale,
        key=giving.key,
        request_hash=giving.request_hash,
        created_at=at,
    )
    OrderRefundLine.objects.bulk_create(
        OrderRefundLine(
            order_refund=decided,
            line=part.line,
            unit_id=part.unit,
            amount_minor=part.amount,
            tax_minor=part.tax,
            kept_minor=part.kept,
        )
        for part in parts
    )
    record(
        "order.refund",
        about=order,
        actor=giving.actor,
        at=at,
        reason=giving.reason,
        amount=decided.amount if decided.amount_minor else None,
    )
    return decided


@dataclass(frozen=True, slots=True)
class Bought:
    """The payment that bought an order, locked, and what it still holds."""

    payment: Payment
    left: Money


def lock_bought(order: Order) -> Bought | None:
    """
    Needs the order's row locked. None when nothing was paid.

    :raises InDispute: a dispute holds all of it, so nothing would go back but the tickets would end.
    """
    payment = _APPLIED.first(order.pk)
    if payment is None:
        return None
    standing = standing_of(payment)
    if standing.is_disputed:
        raise InDispute(str(order))
    return Bought(payment, standing.left)


def _applied(order: int) -> QuerySet[Payment]:
    rows = Payment.objects.select_for_update(no_key=True, of=("self",))
    return rows.filter(order_payment__order=order, order_payment__applied=True)


_APPLIED = AskedOften(_applied, -1)


def _ask_for(
    order: Order, amount: Money, giving: Giving, bought: Bought | None, *, at: datetime
) -> Asked:
    payment = bought.payment if bought is not None else None
    ways = ways_back(order, payment, amount)
    refund = _request(order, payment, ways.provider, giving, at=at) if ways.provider else None
    if not ways.voucher or order.voucher is None:
        return Asked(refund)
    buyer = Recipient(order.name, order.email, order.language)
    onto = refund_to(order.voucher, ways.voucher, buyer, actor=giving.actor, at=at)
    return Asked(refund, onto, ways.voucher.minor)


def _request(
    order: Order, payment: Payment | None, amount: Money, giving: Giving, *, at: datetime
) -> Refund:
    if payment is None:
        raise NotRefundable
    return request_refund(
        payment,
        amount,
        purpose=f"order:{order.pk}",
        reason=giving.reason,
        actor=giving.actor,
        at=at,
    )
