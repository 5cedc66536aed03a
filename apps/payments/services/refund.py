from __future__ import annotations

from datetime import datetime

from django.db.models import F, Sum

from apps.core.money import Money
from apps.outbox.publish import publish
from apps.payments.models import Payment, Refund
from apps.payments.states import DISPUTE_HOLDING, DisputeState, PaymentState, RefundState

NOT_GOING_BACK = (RefundState.FAILED, RefundState.CANCELLED)


# What was decided against us is gone; what is being decided cannot go back another way meanwhile.
TAKEN_BACK = (*DISPUTE_HOLDING, DisputeState.LOST)


class NotRefundable(Exception):
    """Nothing was taken, or more is asked back than is left of it."""


class Disputed(NotRefundable):
    """The buyer's bank decides about it: the provider refuses a refund until then."""


def request_refund(
    payment: Payment, amount: Money, *, purpose: str, reason: str, actor: str, at: datetime
) -> Refund:
    """
    The row and the fact, in the caller's transaction; a worker sends it. Who asked is in the fact.

    :raises NotRefundable, Disputed: nothing was written.
    """
    locked = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    if is_disputed(locked):
        raise Disputed(str(locked))
    if (
        locked.state != PaymentState.CAPTURED
        or not 0 < amount.minor <= left_to_refund(locked).minor
    ):
        raise NotRefundable(f"{amount!r} of {locked}")
    refund = Refund.objects.create(
        payment=locked,
        amount_minor=amount.minor,
        purpose=purpose,
        reason=reason[:200],
        created_at=at,
    )
    publish("refund.requested", about=refund, at=at, actor=actor)
    return refund


def is_disputed(payment: Payment) -> bool:
    return payment.disputes.filter(state__in=DISPUTE_HOLDING, is_refundable=False).exists()


def left_to_refund(payment: Payment) -> Money:
    """What neither goes back nor was taken back. Needs the payment's lock to stay true."""
    going = payment.refunds.exclude(state__in=NOT_GOING_BACK).aggregate(sum=Sum("amount_minor"))
    taken = payment.disputes.filter(state__in=TAKEN_BACK).aggregate(
        sum=Sum(F("reserved_minor") + F("owed_minor"))
    )
    left = payment.amount_minor - (going["sum"] or 0) - (taken["sum"] or 0)
    return Money(left, payment.currency)
