from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import F, Sum

from apps.core.money import Money
from apps.ledger import recipes
from apps.ledger.post import post
from apps.orders.models import Order, OrderPayment, OrderRefund
from apps.orders.refund_parts import of_amount
from apps.orders.selectors import left_of, left_on_voucher, left_to_give_back
from apps.orders.services.book_dispute import catch_up, settle_fee
from apps.orders.services.booking import book_refund
from apps.orders.services.dispute import make_room
from apps.orders.services.give_back import Asked, Giving, write_decision
from apps.orders.states import RefundKind
from apps.outbox.publish import publish
from apps.payments.models import Dispute, Refund
from apps.payments.services.refund import NOT_GOING_BACK, TAKEN_BACK


def adopt_refund(refund: Refund, *, at: datetime) -> None:
    """
    Somebody refunded in the provider's dashboard: the books say whose money that was. What was owed to
    the buyer for a refund that had failed goes first, the rest is the organizer's. One that has failed
    by now left nothing behind: it came back before anybody was charged for it.

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
    lost = make_room(order, refund.payment, at=at)
    sold = Money.zero(refund.amount.currency)
    if joined.applied and refund.state not in NOT_GOING_BACK:
        sold = _of_the_sale(order, refund)
    if sold:
        parts = of_amount(left_of(order), sold.minor)
        giving = Giving(f"provider:{refund.payment.provider}", refund.reason)
        decided = write_decision(order, RefundKind.ADOPTED, parts, giving, Asked(refund), at=at)
        book_refund(decided, out_of=None, at=at)
        publish("order.refund_adopted", about=order, at=at, order_refund=decided.pk)
    if sold < refund.amount:
        sent = recipes.unapplied_refund_requested(
            provider=refund.payment.provider,
            key=f"refund:{refund.pk}",
            amount=refund.amount - sold,
        )
        post(sent, subject=order.subject, at=at)
    for dispute in lost:
        catch_up(order, dispute, applied=True, at=at)
        settle_fee(order, dispute, at=at)


def _of_the_sale(order: Order, refund: Refund) -> Money:
    """Never more than was left of it: what is beyond, one of our own refunds fails to send."""
    others = Refund.objects.filter(payment=refund.payment_id).exclude(pk=refund.pk)
    gone = others.exclude(state__in=NOT_GOING_BACK).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    there = Sum(F("amount_minor") - F("voucher_minor"))  # the rest goes onto a gift voucher
    decided = OrderRefund.objects.filter(order=order).aggregate(sum=there)["sum"] or 0
    # What disputes keep or took of that debt is not there to be paid a second time.
    taken = Dispute.objects.filter(payment=refund.payment_id, state__in=TAKEN_BACK)
    kept = taken.aggregate(sum=Sum("owed_minor"))["sum"] or 0
    owed = Money(max(decided - gone - kept, 0), order.currency)
    rest = max(refund.amount - owed, Money.zero(order.currency))
    return min(rest, left_to_give_back(order) - left_on_voucher(order))
