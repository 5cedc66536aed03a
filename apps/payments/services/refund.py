from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from apps.core.money import Money
from apps.outbox.publish import publish
from apps.payments.models import Payment, Refund
from apps.payments.states import DISPUTE_HOLDING, DisputeState, PaymentState, RefundState

NOT_GOING_BACK = (RefundState.FAILED, RefundState.CANCELLED)


# What was decided against us is gone; what is being decided cannot go back another way meanwhile.
TAKEN_BACK = (*DISPUTE_HOLDING, DisputeState.LOST)


_STANDING = """
    SELECT EXISTS (
        SELECT FROM payments_dispute
        WHERE payment_id = %(payment)s AND state = ANY(%(holding)s) AND NOT is_refundable
    ), coalesce((
        SELECT sum(amount_minor) FROM payments_refund
        WHERE payment_id = %(payment)s AND state <> ALL(%(stayed)s)
    ), 0)::bigint, coalesce((
        SELECT sum(reserved_minor + owed_minor) FROM payments_dispute
        WHERE payment_id = %(payment)s AND state = ANY(%(taken)s)
    ), 0)::bigint, coalesce((
        SELECT sum(greatest(lost_minor, reserved_minor + owed_minor)) FROM payments_dispute
        WHERE payment_id = %(payment)s AND state = ANY(%(taken)s)
    ), 0)::bigint
"""


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
    standing = standing_of(locked)
    if standing.is_disputed:
        raise Disputed(str(locked))
    if locked.state != PaymentState.CAPTURED or not 0 < amount.minor <= standing.left.minor:
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


@dataclass(frozen=True, slots=True)
class Standing:
    """
    left: what neither goes back nor was taken back. in_books: the same by whom the books charge for it;
    more while a loss is still ours that a refund, which failed a moment ago, will turn out to have covered.
    """

    is_disputed: bool
    left: Money
    in_books: Money


def standing_of(payment: Payment) -> Standing:
    """Needs the payment's lock to stay true."""
    values: dict[str, Any] = {
        "payment": payment.pk,
        "holding": list(DISPUTE_HOLDING),
        "stayed": list(NOT_GOING_BACK),
        "taken": list(TAKEN_BACK),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, values)
        is_disputed, going, charged, taken = cursor.fetchone()
    in_books = payment.amount_minor - going - charged
    left = min(in_books, max(payment.amount_minor - going - taken, 0))
    currency = payment.currency
    return Standing(is_disputed, Money(left, currency), Money(in_books, currency))


def left_to_refund(payment: Payment) -> Money:
    """What neither goes back nor was taken back. Needs the payment's lock to stay true."""
    return standing_of(payment).left
