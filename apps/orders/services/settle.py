"""
The one way money becomes an order. Return page, webhook and poll all come here:
fetch -> may I? -> keep the places -> capture -> apply -> confirm, or give the money back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet

from apps.core.asked_often import AskedOften
from apps.core.transitions import move
from apps.inventory.holds import NotOurs
from apps.ledger import recipes
from apps.ledger.post import post
from apps.orders.models import Order
from apps.orders.services import places
from apps.orders.services.booking import pass_on_provider_fee
from apps.orders.services.confirm import confirm
from apps.orders.states import UNPAID, OrderState
from apps.outbox.publish import publish
from apps.payments.gateways.base import Attempt
from apps.payments.models import Payment
from apps.payments.services.apply import apply
from apps.payments.services.capture import capture
from apps.payments.services.fetch import fetch
from apps.payments.services.refund import request_refund
from apps.payments.states import PaymentState

CAPTURE_MARGIN = timedelta(minutes=10)  # a capture with its retries, and some
PROCESSING_LIMIT = timedelta(days=14)  # how long a delayed method may keep its places

_ENDED = (PaymentState.FAILED, PaymentState.CANCELLED, PaymentState.EXPIRED)
_LIVING = (
    PaymentState.CREATED,
    PaymentState.AWAITING_BUYER,
    PaymentState.APPROVED,
    PaymentState.PROCESSING,
)

log = structlog.get_logger(__name__)


def settle(payment: Payment, *, actor: str, at: datetime) -> Order:
    """
    Look at the provider's truth and do what follows. Safe at any time, twice, and at once.

    :raises GatewayError: the provider could not be asked; ask again later.
    """
    attempt = fetch(payment)
    if attempt.state == PaymentState.APPROVED and _may_capture(payment, at=at):
        attempt = capture(payment)
    return conclude(payment, attempt, actor=actor, at=at)


def conclude(payment: Payment, attempt: Attempt, *, actor: str, at: datetime) -> Order:
    """Apply a snapshot of a payment, and what it means for its order, in one transaction."""
    with transaction.atomic():
        order = _lock_order_of(payment)
        applied = apply(payment.pk, attempt, at=at)
        newly = applied.payment.state if applied.payment.state != applied.before else None
        if newly == PaymentState.CAPTURED:
            _captured(order, applied.payment, actor=actor, at=at)
        elif newly in _ENDED:
            _ended(order, applied.payment, actor=actor, at=at)
        elif newly == PaymentState.PROCESSING:
            _processing(order, at=at)
        elif applied.fee_booked and _bears_it(order, payment):
            pass_on_provider_fee(order, applied.payment, at=at)
    return order


def _bears_it(order: Order, payment: Payment) -> bool:
    """Asked for whose terms pass the fee on, and for nobody else."""
    return (
        order.passes_provider_fee and order.payments.filter(payment=payment, applied=True).exists()
    )


def _paid_by(payment: int) -> QuerySet[Order]:
    locked = Order.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("event", "organizer").filter(payments__payment=payment)


_PAID_BY = AskedOften(_paid_by, -1)


def _lock_order_of(payment: Payment) -> Order:
    return _PAID_BY.get(payment.pk)


def _may_capture(payment: Payment, *, at: datetime) -> bool:
    """Only with every place in hand, well beyond the capture, and committed."""
    try:
        with transaction.atomic():
            order = _lock_order_of(payment)
            payment.refresh_from_db()
            other_sum = payment.amount != order.due
            if payment.superseded or other_sum or order.state not in UNPAID or at >= order.pay_by:
                return False
            places.keep(order, until=max(order.pay_by, at) + CAPTURE_MARGIN, at=at)
    except (NotOurs, places.VoucherGone):
        log.info("capture_refused", payment=payment.reference, order=payment.purpose)
        return False
    return True


def _captured(order: Order, payment: Payment, *, actor: str, at: datetime) -> None:
    # Another sum was asked before a gift voucher was put on the order, or taken off.
    if payment.needs_review or not _wanted(order) or payment.amount != order.due:
        _take_unapplied(order, payment, at=at)
        return
    try:
        confirm(order, payment, actor=actor, at=at)
    except places.PlacesGone:
        if order.state in UNPAID:
            move(order, OrderState.EXPIRED, actor=actor, at=at, reason="places gone")
            publish("order.expired", about=order, at=at)
        _take_unapplied(order, payment, at=at)


def _wanted(order: Order) -> bool:
    """Late money for an order that ended is welcome; a second payment, or one for a replaced order, not."""
    paid = order.state in {OrderState.PAID, OrderState.COMPLETED}
    return not paid and order.replaced_by_id is None and order.event.state == "published"


def _take_unapplied(order: Order, payment: Payment, *, at: datetime) -> None:
    """Money without an order is in the books at once, and goes back by itself unless it needs a look."""
    received = recipes.unapplied_received(
        provider=payment.provider, key=f"payment:{payment.pk}", amount=payment.amount
    )
    post(received, subject=order.subject, at=at)
    if payment.needs_review:
        return
    refund = request_refund(
        payment,
        payment.amount,
        purpose=f"surplus:{order.pk}",
        reason="surplus",
        actor="system",
        at=at,
    )
    sent_back = recipes.unapplied_refund_requested(
        provider=payment.provider, key=f"refund:{refund.pk}", amount=refund.amount
    )
    post(sent_back, subject=order.subject, at=at)
    publish(
        "order.refund_requested",
        about=order,
        at=at,
        refund=refund.pk,
        order_refund=None,
        surplus=True,
    )


def _ended(order: Order, payment: Payment, *, actor: str, at: datetime) -> None:
    others = Payment.objects.filter(order_payment__order=order, state__in=_LIVING, superseded=False)
    if order.state != OrderState.PENDING or others.exists():
        return
    move(order, OrderState.OPEN, actor=actor, at=at, reason=payment.reason or payment.state)
    if payment.state == PaymentState.FAILED:
        publish("order.payment_failed", about=order, at=at, payment=payment.pk)


def _processing(order: Order, *, at: datetime) -> None:
    """A delayed method: the places wait for it, and the buyer is told so."""
    if order.state not in UNPAID:
        return
    try:
        with transaction.atomic():
            places.keep(order, until=at + PROCESSING_LIMIT, at=at)
    except (NotOurs, places.VoucherGone):
        log.warning("processing_without_places", order=order.reference)
