"""When to look again without having been told to. Webhooks are quicker; this makes them dispensable."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.payments.models import Dispute, Payment, Refund
from apps.payments.states import DISPUTE_RUNNING, DisputeState, PaymentState, RefundState

AFTER_START = [timedelta(minutes=m) for m in (1, 2, 5, 10, 20, 30)]
# A little after an end, so that the provider has reached it too.
MARGIN = timedelta(seconds=20)
HOURLY = timedelta(hours=1)
DAILY = timedelta(days=1)
GIVE_UP = timedelta(days=35)
FEE_GIVE_UP = timedelta(days=3)
BANKS_DECIDE_WITHIN = timedelta(days=200)

_WAITING = (PaymentState.CREATED, PaymentState.AWAITING_BUYER, PaymentState.APPROVED)
REFUND_MOVING = (RefundState.SUBMITTING, RefundState.PENDING)


def next_payment_poll(payment: Payment, *, at: datetime) -> datetime | None:
    """None: nothing more will happen by itself."""
    age = at - payment.created_at
    if payment.state in _WAITING:
        return _next_while_waiting(payment, at=at) if age < GIVE_UP else None
    if payment.state == PaymentState.PROCESSING:
        return at + DAILY if age < GIVE_UP else None
    if payment.state == PaymentState.CAPTURED and payment.fee_minor is None:
        return _next_for_fee(payment, at=at)
    return None


def next_refund_poll(refund: Refund, *, at: datetime) -> datetime | None:
    if refund.state not in REFUND_MOVING or at - refund.created_at > GIVE_UP:
        return None
    return _first_after(at, [refund.created_at + step for step in AFTER_START]) or at + HOURLY


def next_dispute_poll(dispute: Dispute, *, at: datetime) -> datetime | None:
    """Daily, until it is decided and the provider has moved the money accordingly."""
    still_out = dispute.withdrawn_minor - dispute.reinstated_minor
    decided = dispute.state not in DISPUTE_RUNNING
    moved = still_out > 0 if dispute.state == DisputeState.LOST else still_out == 0
    if (decided and moved) or at - dispute.opened_at > BANKS_DECIDE_WITHIN:
        return None
    return at + DAILY


def _next_while_waiting(payment: Payment, *, at: datetime) -> datetime:
    ends = [payment.pay_by, payment.provider_expires_at]
    times = [end + MARGIN for end in ends if end]
    # After a refused capture the buyer acts, and comes back by the return page: no use in asking.
    if not payment.reason:
        times += [payment.created_at + step for step in AFTER_START]
    return _first_after(at, times) or at + HOURLY


def _next_for_fee(payment: Payment, *, at: datetime) -> datetime | None:
    since = at - (payment.captured_at or payment.created_at)
    if since > FEE_GIVE_UP:
        return None
    return at + (timedelta(minutes=1) if since < timedelta(minutes=10) else HOURLY)


def _first_after(at: datetime, times: list[datetime]) -> datetime | None:
    return min((time for time in times if time > at), default=None)
