"""
Which way money goes back: first what was paid at a provider, as it was paid; the rest onto the gift voucher.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.money import Money
from apps.orders.models import Order
from apps.orders.selectors import left_on_voucher
from apps.payments.models import Payment
from apps.payments.services.refund import left_to_refund


@dataclass(frozen=True, slots=True)
class Ways:
    provider: Money
    voucher: Money


def ways_back(order: Order, payment: Payment | None, amount: Money) -> Ways:
    """
    payment: that bought it; None when nothing was paid at a provider. Stays true under the locks of
    order and payment. What is more than both have left is the provider's to refuse.
    """
    if order.voucher_id is None:
        return Ways(amount, Money.zero(order.currency))
    there = left_to_refund(payment) if payment is not None else Money.zero(order.currency)
    beyond = max(amount - max(there, Money.zero(order.currency)), Money.zero(order.currency))
    onto = min(beyond, left_on_voucher(order))
    return Ways(amount - onto, onto)


def ways_now(order: Order, amount: Money) -> Ways:
    """For a page that says what would happen."""
    bought = Payment.objects.filter(order_payment__order=order, order_payment__applied=True)
    return ways_back(order, bought.first() if order.voucher_id is not None else None, amount)


def left_to_go_back(order: Order, payment: Payment) -> Money:
    """On both ways."""
    return left_to_refund(payment) + left_on_voucher(order)
