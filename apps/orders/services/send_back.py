"""Money that bought nothing and did not go back by itself: an operator sends it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.money import Money, total
from apps.ledger import chart, recipes
from apps.ledger.balances import about
from apps.ledger.post import post
from apps.orders.models import Order
from apps.outbox.publish import publish
from apps.payments.models import Payment, Refund
from apps.payments.services.refund import left_to_refund, request_refund
from apps.payments.states import PaymentState
from apps.trail.record import record


class NothingToSendBack(Exception):
    """The books owe the buyer nothing for this payment, or all of it is on its way."""


def owed_to_buyer(payment: Payment, order: Order) -> Money:
    """What is unapplied of the order's money and can still go back on this payment."""
    at_a_provider = payment.provider in chart.PROVIDERS
    if payment.state != PaymentState.CAPTURED or not at_a_provider:
        return Money.zero(payment.currency)
    booked = about([order.subject], [chart.unapplied(payment.provider)])
    same = (part.amount for part in booked if part.amount.currency == payment.currency)
    unapplied = -total(same, payment.currency)
    return max(min(unapplied, left_to_refund(payment)), Money.zero(payment.currency))


def send_back(payment: Payment, *, actor: str, at: datetime) -> Refund:
    """
    After a look at a payment that differed, or when a refund had failed.

    :raises NothingToSendBack: nothing was changed.
    """
    with transaction.atomic():
        order = (
            Order.objects.select_for_update(no_key=True, of=("self",))
            .select_related("event")
            .get(payments__payment=payment)
        )
        locked = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        amount = owed_to_buyer(locked, order)
        if not amount:
            raise NothingToSendBack
        refund = request_refund(
            locked,
            amount,
            purpose=f"unapplied:{order.pk}",
            reason="sent again",
            actor=actor,
            at=at,
        )
        draft = recipes.unapplied_refund_requested(
            provider=locked.provider, key=f"refund:{refund.pk}", amount=amount
        )
        post(draft, subject=order.subject, at=at)
        record("payment.send_back", about=locked, actor=actor, at=at, amount=amount)
        publish(
            "order.refund_requested",
            about=order,
            at=at,
            refund=refund.pk,
            order_refund=None,
            surplus=True,
        )
    return refund
