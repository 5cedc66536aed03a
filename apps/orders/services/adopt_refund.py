from __future__ import annotations

from datetime import datetime

from django.db import connection

from apps.ledger import recipes
from apps.ledger.balances import pending_of
from apps.ledger.draft import Draft
from apps.ledger.post import post
from apps.orders.models import Order, OrderPayment
from apps.payments.models import Refund


def adopt_refund(refund: Refund, *, at: datetime) -> None:
    """
    Somebody refunded in the provider's dashboard: the books say whose money that was.

    In the caller's transaction. The tickets stay as they are: the payment is marked for a look.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a posting must commit with the change it books")
    joined = OrderPayment.objects.get(payment=refund.payment_id)
    order = (
        Order.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organizer")
        .get(pk=joined.order_id)
    )
    draft = _of_a_sale(order, refund) if joined.applied else _of_a_surplus(refund)
    post(draft, subject=order.subject, at=at)


def _of_a_surplus(refund: Refund) -> Draft:
    return recipes.unapplied_refund_requested(
        provider=refund.payment.provider, key=f"refund:{refund.pk}", amount=refund.amount
    )


def _of_a_sale(order: Order, refund: Refund) -> Draft:
    provider, amount = refund.payment.provider, refund.amount
    shares = [amount.minor, max(order.total_minor - amount.minor, 0)]
    return recipes.refund_requested(
        organizer=order.organizer_id,
        provider=provider,
        key=f"refund:{refund.pk}",
        amount=amount,
        fee_back=order.fee.allocate(shares)[0],
        pending=pending_of(order.subject, order.organizer_id, provider, order.currency),
    )
