"""Reads that pages and the API share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from apps.core.asked_often import AskedOften
from apps.core.money import Money
from apps.ledger import chart
from apps.ledger.balances import about
from apps.orders.buyers import Buyer
from apps.orders.models import Order, OrderLine, OrderRefund, OrderRefundLine, Unit
from apps.orders.refund_parts import Left
from apps.payments.models import Payment, Refund
from apps.payments.services.refund import NOT_GOING_BACK


def orders_of(buyer: Buyer) -> QuerySet[Order]:
    """Bought signed in, in this browser, or as a guest with an address that is proven to be theirs."""
    mine = Q(buyer=buyer.key)
    if buyer.user is not None:
        mine |= Q(user=buyer.user) | Q(email__in=buyer.emails)
    return (
        Order.objects.filter(mine)
        .select_related("event__venue", "organizer")
        .order_by("-created_at")
    )


def refunds_of(order: Order) -> QuerySet[Refund]:
    """Of the payment that bought it; a surplus that went back is not the order's."""
    return Refund.objects.filter(
        payment__order_payment__order=order, payment__order_payment__applied=True
    ).exclude(state__in=NOT_GOING_BACK)


def payments_begun(order: Order) -> list[Payment]:
    """All of them, the newest last."""
    return _BEGUN.all(order.pk)


def _begun(order: int) -> QuerySet[Payment]:
    return Payment.objects.filter(order_payment__order=order).order_by("pk")


_BEGUN = AskedOften(_begun, -1)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the money of an order that was to go back."""

    going: list[Refund]  # as `refunds_of`
    failed: list[Refund]  # their money is still owed to the buyer
    bought_nothing: list[Refund]  # of payments that came too late, or once too often


def refunds_told(order: Order) -> Told:
    return _told(order, _SENT_BACK.all(order.pk))


def _sent_back(order: int) -> QuerySet[Refund]:
    joined = Refund.objects.select_related("payment__order_payment")
    return joined.filter(payment__order_payment__order=order).order_by("pk")


_SENT_BACK = AskedOften(_sent_back, -1)


def told_of(orders: Iterable[Order]) -> dict[int, Told]:
    """By order, asked for together."""
    by_id = {order.pk: order for order in orders}
    joined = Refund.objects.select_related("payment__order_payment")
    rows: dict[int, list[Refund]] = {pk: [] for pk in by_id}
    for row in joined.filter(payment__order_payment__order__in=by_id).order_by("pk"):
        rows[row.payment.order_payment.order_id].append(row)
    return {pk: _told(order, rows[pk]) for pk, order in by_id.items()}


def _told(order: Order, rows: Sequence[Refund]) -> Told:
    living = [row for row in rows if row.state not in NOT_GOING_BACK]
    failed = _not_arrived(rows)
    return Told(
        going=[row for row in living if row.payment.order_payment.applied],
        failed=failed if failed and is_owed(order) else [],
        bought_nothing=[row for row in living if not row.payment.order_payment.applied],
    )


def is_owed(order: Order) -> bool:
    """Whether the books owe its buyer something: also what was made up for in a dashboard counts."""
    accounts = [chart.unapplied(provider) for provider in chart.PROVIDERS]
    return any(part.amount.minor < 0 for part in about([order.subject], accounts))


def _not_arrived(rows: Sequence[Refund]) -> list[Refund]:
    sent_back = sum(
        row.amount_minor
        for row in rows
        if row.purpose.startswith("unapplied:") and row.state not in NOT_GOING_BACK
    )
    failed = [row for row in rows if row.state in NOT_GOING_BACK]
    while failed and sent_back >= failed[0].amount_minor:
        sent_back -= failed.pop(0).amount_minor
    return failed


def left_of(order: Order, *, standing: Sequence[Unit] | None = None) -> list[Left]:
    """By line. Needs the order's lock to stay true. standing: its units that were not given back."""
    sums = OrderRefundLine.objects.filter(line__order=order).values_list("line")
    gone = {
        line: (amount, kept)
        for line, amount, kept in sums.annotate(Sum("amount_minor"), Sum("kept_minor"))
    }
    if standing is None:
        standing = list(Unit.objects.filter(line__order=order, refund_line=None).order_by("pk"))
    units: dict[int, list[int]] = {}
    for unit in standing:
        units.setdefault(unit.line_id, []).append(unit.pk)
    lines = _LINES.all(order.pk)
    for line in lines:
        line.order = order
    return [
        Left(line, *gone.get(line.pk, (0, 0)), units=tuple(units.get(line.pk, ())))
        for line in lines
    ]


def _lines(order: int) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order=order).order_by("pk")


_LINES = AskedOften(_lines, -1)


def left_to_give_back(order: Order) -> Money:
    """What nobody decided to give back yet, whether it arrived or not."""
    given = OrderRefund.objects.filter(order=order).aggregate(sum=Sum("amount_minor"))
    return Money(order.total_minor - (given["sum"] or 0), order.currency)


def left_on_voucher(order: Order) -> Money:
    """What was paid with a gift voucher and nobody decided to give back yet."""
    if order.voucher_id is None:
        return Money.zero(order.currency)
    return order.by_voucher - back_on_voucher(order)


def back_on_voucher(order: Order) -> Money:
    if order.voucher_id is None:
        return Money.zero(order.currency)
    given = OrderRefund.objects.filter(order=order).aggregate(sum=Sum("voucher_minor"))
    return Money(given["sum"] or 0, order.currency)


def onto_vouchers(order: Order) -> list[OrderRefund]:
    """What went back onto gift vouchers."""
    if order.voucher_id is None:
        return []
    onto = OrderRefund.objects.filter(order=order, voucher__isnull=False)
    return list(onto.select_related("order", "voucher").order_by("pk"))


def paid_at(order: Order, provider: str) -> Money:
    """What of its total lies at this provider: a gift voucher's part may lie at another than the rest."""
    if order.voucher is None:
        return order.total
    there = order.payments.filter(applied=True, payment__provider=provider).exists()
    part = order.due if there else Money.zero(order.currency)
    return part + order.by_voucher if order.voucher.provider == provider else part


def worth_of_standing(order: Order) -> Money:
    """What its tickets that stand would bring back, all of them."""
    return Money(sum(left.minor for left in left_of(order)), order.currency)


def status_of(order: Order, told: Told) -> str:
    """As `status`; that money did not arrive comes first."""
    return "refund_failed" if told.failed else status(order, told.going)


def status(order: Order, refunds: Iterable[Refund]) -> str:
    """What people are told: its state, or that its money went back. refunds: as `refunds_of`."""
    back = sum(refund.amount_minor for refund in refunds) + back_on_voucher(order).minor
    if back == 0:
        return order.state
    whole = back >= order.total_minor or back + _kept(order) >= order.total_minor
    return "refunded" if whole else "partially_refunded"


def _kept(order: Order) -> int:
    """Of tickets that were given back for less than they were worth."""
    kept = OrderRefundLine.objects.filter(line__order=order).aggregate(sum=Sum("kept_minor"))
    return kept["sum"] or 0


def seconds_left(order: Order, *, at: datetime) -> int:
    """Until the buyer's time is up; 0 when it is."""
    return max(0, int((order.pay_by - at).total_seconds()))
