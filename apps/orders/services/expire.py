"""What happens at pay_by. When no worker runs, the places become free by themselves all the same."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from apps.core.transitions import move
from apps.inventory import holds
from apps.inventory.holds import NotOurs
from apps.orders.models import Order
from apps.orders.services import places
from apps.orders.services.abandon import abandon_payments
from apps.orders.services.codes import release_code
from apps.orders.services.settle import PROCESSING_LIMIT
from apps.orders.services.vouchers import release_voucher
from apps.orders.states import UNPAID, OrderState
from apps.outbox.publish import publish
from apps.payments.gateways.errors import GatewayError
from apps.payments.states import PaymentState

STEP = timedelta(minutes=5)  # how much longer the places wait for an answer
UNKNOWN_LIMIT = timedelta(minutes=30)  # after pay_by; then they go, and late money is handled late

log = structlog.get_logger(__name__)


def expire(order: Order, *, at: datetime) -> bool:
    """
    False while a payment may still bring the money, or when it just did. Safe twice, and at once.
    """
    if order.state not in UNPAID or at < order.pay_by:
        return False
    try:
        waiting = abandon_payments(order, actor="system", at=at)
    except GatewayError as trouble:
        log.warning("expiry_unknown", order=order.reference, error=str(trouble))
        if at < order.pay_by + UNKNOWN_LIMIT:
            _wait_on(order, until=at + STEP, at=at)
            return False
        waiting = []
    processing = any(payment.state == PaymentState.PROCESSING for payment in waiting)
    if processing and at < order.pay_by + PROCESSING_LIMIT:
        return False
    return _end(order, at=at)


def _end(order: Order, *, at: datetime) -> bool:
    with transaction.atomic():
        locked = Order.objects.select_for_update(no_key=True, skip_locked=True).filter(
            pk=order.pk, state__in=UNPAID
        )
        unpaid = locked.first()
        if unpaid is None:
            return False
        move(unpaid, OrderState.EXPIRED, actor="system", at=at, reason="not paid in time")
        release_code(unpaid)
        release_voucher(unpaid)
        holds.share_event(unpaid.event_id)
        holds.release(unpaid.claim)
        publish("order.expired", about=unpaid, at=at)
    return True


def _wait_on(order: Order, *, until: datetime, at: datetime) -> None:
    try:
        with transaction.atomic():
            places.keep(order, until=until, at=at)
    except (NotOurs, places.VoucherGone):
        log.info("hold_lapsed", order=order.reference)
