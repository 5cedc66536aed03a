from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from apps.outbox.publish import publish
from apps.payments.gateways.base import RefundView
from apps.payments.gateways.registry import GATEWAYS
from apps.payments.models import Payment, Refund
from apps.payments.services.apply_refund import apply_refund
from apps.payments.states import RefundState

log = structlog.get_logger(__name__)


def reference_of(refund: Refund) -> str:
    """How the provider repeats our refund to us."""
    return f"refund-{refund.payment.reference}-{refund.pk}"


def reconcile_refunds(payment: Payment, *, at: datetime) -> None:
    """
    Bring our refunds of a payment to what the provider lists, taking in those made in its dashboard.

    Not in a transaction.

    :raises GatewayError: it could not be asked.
    """
    listed = GATEWAYS[payment.provider].list_refunds(payment.ids)
    taken_back = set(payment.disputes.values_list("provider_id", flat=True))
    for seen in listed:
        if seen.id in taken_back:  # PayPal names a bank's reversal like a refund of ours
            continue
        with transaction.atomic():
            locked = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
            ours = _find(locked, seen) or _adopt(locked, seen, at=at)
            apply_refund(ours.pk, seen, at=at)


def _find(payment: Payment, seen: RefundView) -> Refund | None:
    """
    By our own name only while the provider's is not known: a second one under our name, made when the
    first answer was lost, is money that left twice, and a row of its own.
    """
    ours = list(payment.refunds.select_related("payment").order_by("pk"))
    by_id = (refund for refund in ours if seen.id == refund.provider_id)
    unnamed = (refund for refund in ours if not refund.provider_id)
    by_name = (refund for refund in unnamed if seen.reference == reference_of(refund))
    return next(by_id, None) or next(by_name, None)


def _adopt(payment: Payment, seen: RefundView, *, at: datetime) -> Refund:
    """Somebody used the provider's dashboard. The money is gone; what it was for, a person must say."""
    log.error("refund_adopted", payment=payment.reference, refund=seen.id)
    refund = Refund.objects.create(
        payment=payment,
        state=RefundState.SUBMITTING,
        amount_minor=seen.amount.minor,
        purpose="",
        reason="made at the provider",
        provider_id=seen.id,
        created_at=seen.created_at or at,
    )
    Payment.objects.filter(pk=payment.pk).update(needs_review=True)
    publish("refund.adopted", about=refund, at=at)
    return refund
