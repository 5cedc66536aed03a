"""
The books of an order that a gift voucher pays, wholly or in part. Each part lies where its money lies: what a
provider took at that provider, what the voucher paid at the voucher's. So does each part that goes back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from apps.core.money import Money, half_up
from apps.ledger import chart, voucher_recipes
from apps.ledger.balances import pending_of
from apps.ledger.chart import Code
from apps.ledger.post import post
from apps.ledger.voucher_recipes import Part
from apps.orders.models import Order, OrderRefund
from apps.payments.models import Payment
from apps.vouchers.models import GiftVoucher


def book_voucher_sale(
    order: Order, payment: Payment | None, *, out_of: Code | None, kind: str = "sale", at: datetime
) -> None:
    """out_of: where the payment's money comes from; None: a voucher pays it all."""
    parts = []
    if payment is not None and out_of is not None:
        fee = _share(order.fee, order.due, order.total)
        parts.append(Part(out_of, payment.provider, order.due, fee))
    voucher = _voucher_of(order.voucher)
    rest = order.fee - _sum(order, (part.fee for part in parts))
    parts.append(Part(_account(voucher), voucher.provider, order.by_voucher, rest))
    key = f"order:{order.pk}"
    sale = voucher_recipes.sale(order.organizer_id, key, parts, kind=kind)
    post(sale, subject=order.subject, at=at)
    if order.organizer.release_at_sale:
        amounts: dict[str, Money] = {}
        for part in parts:
            before = amounts.get(part.provider, Money.zero(order.currency))
            amounts[part.provider] = before + part.amount - part.fee
        release = voucher_recipes.release(order.organizer_id, key, amounts)
        post(release, subject=order.subject, at=at)


def book_voucher_refund(decided: OrderRefund, *, at: datetime) -> None:
    """Needs the locks of order and voucher."""
    order, refund = decided.order, decided.refund
    parts = []
    if refund is not None:
        provider = refund.payment.provider
        fee = _share(decided.fee_back, decided.to_provider, decided.amount)
        account = chart.refunds_in_transit(provider)
        parts.append(Part(account, provider, decided.to_provider, fee))
    voucher = _voucher_of(decided.voucher)
    rest = decided.fee_back - _sum(order, (part.fee for part in parts))
    parts.append(Part(_account(voucher), voucher.provider, decided.to_voucher, rest))
    requested = voucher_recipes.refund_requested(
        order.organizer_id,
        f"refund:{refund.pk}" if refund is not None else f"order_refund:{decided.pk}",
        parts,
        pending={
            part.provider: pending_of(
                order.subject, order.organizer_id, part.provider, order.currency
            )
            for part in parts
        },
    )
    post(requested, subject=order.subject, at=at)


def _share(fee: Money, part: Money, whole: Money) -> Money:
    """Of a fee, what a part of the whole bears; the other part bears the rest."""
    return Money(half_up(Decimal(fee.minor) * part.minor / whole.minor), fee.currency)


def _account(voucher: GiftVoucher) -> Code:
    return chart.voucher(voucher.pk, voucher.provider)


def _voucher_of(voucher: GiftVoucher | None) -> GiftVoucher:
    if voucher is None:
        raise ValueError("no voucher pays it")
    return voucher


def _sum(order: Order, fees: Iterable[Money]) -> Money:
    return sum(fees, start=Money.zero(order.currency))
