from __future__ import annotations

from datetime import datetime

import structlog
from django.db import connection
from django.db.models import QuerySet

from apps.core.asked_often import AskedOften
from apps.core.money import Money
from apps.core.transitions import allowed, move
from apps.ledger import recipes
from apps.ledger.chart import PROVIDERS
from apps.ledger.draft import Draft
from apps.ledger.post import post
from apps.outbox.publish import publish
from apps.payments.gateways.base import RefundView
from apps.payments.models import Payment, Refund
from apps.payments.polling import next_refund_poll
from apps.payments.states import RefundState

log = structlog.get_logger(__name__)


def apply_refund(refund_id: int, seen: RefundView, *, at: datetime) -> Refund:
    """
    Write what the provider says of a refund, book what it means, and publish the change.

    In the caller's transaction. States only move on.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a snapshot must commit together with what it causes")
    refund = _locked(refund_id)
    before = RefundState(refund.state)
    refund.outcome_unknown = False
    refund.provider_id = seen.id or refund.provider_id
    refund.fee_returned_minor = seen.fee_returned.minor
    if seen.amount != refund.amount:
        log.error("refund_differs", refund=refund.pk, told=repr(seen.amount))
        Payment.objects.filter(pk=refund.payment_id).update(needs_review=True)
    moved = seen.state != refund.state and allowed(refund, seen.state)
    if moved:
        reason = seen.reason or refund.reason
        actor = f"provider:{refund.payment.provider}"
        move(refund, seen.state, actor=actor, at=at, reason=seen.reason)
        refund.reason = reason[:200]
    refund.next_poll_at = next_refund_poll(refund, at=at)
    refund.save()
    if moved:
        _book(refund, before, at=at)
        publish("refund.changed", about=refund, at=at)
    return refund


def _locked(refund_id: int) -> Refund:
    """The payment first, as everywhere: whoever holds a refund has held its payment before."""
    _PAYMENTS.get(refund_id)
    return _REFUNDS.get(refund_id)


def _payment_of(refund: int) -> QuerySet[Payment]:
    rows = Payment.objects.select_for_update(no_key=True, of=("self",))
    return rows.filter(refunds=refund)


def _with_payment(pk: int) -> QuerySet[Refund]:
    rows = Refund.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("payment").filter(pk=pk)


_PAYMENTS, _REFUNDS = AskedOften(_payment_of, -1), AskedOften(_with_payment, -1)


def _book(refund: Refund, before: RefundState, *, at: datetime) -> None:
    provider = refund.payment.provider
    if provider not in PROVIDERS:  # cash in the organizer's own till
        return
    key, amount = f"refund:{refund.pk}", refund.amount
    drafts: list[Draft] = []
    if refund.state == RefundState.SUCCEEDED:
        drafts.append(recipes.refund_confirmed(provider, key, amount))
        returned = Money(refund.fee_returned_minor, amount.currency)
        if returned:
            drafts.append(recipes.provider_fee(provider, key, -returned))
    elif before == RefundState.SUCCEEDED:
        drafts.append(recipes.refund_came_back(provider, key, amount))
    elif refund.state in {RefundState.FAILED, RefundState.CANCELLED}:
        drafts.append(recipes.refund_failed(provider, key, amount))
    for draft in drafts:
        post(draft, subject=refund.payment.purpose, at=at)
