from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import connection

from apps.core.money import Money
from apps.core.transitions import allowed, move
from apps.ledger import dispute_recipes
from apps.ledger.draft import Draft
from apps.ledger.post import post
from apps.payments.gateways.disputes import DisputeView
from apps.payments.models import Dispute, Payment
from apps.payments.polling import next_dispute_poll
from apps.payments.states import DISPUTE_RUNNING, DisputeState

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AppliedDispute:
    """The dispute as it is now, and the state it was in; None: we hear of it for the first time."""

    dispute: Dispute
    before: DisputeState | None


def apply_dispute(payment_id: int, seen: DisputeView, *, at: datetime) -> AppliedDispute:
    """
    Write what the provider says of a dispute, and book what it moved, in the caller's transaction.

    States only move on: a snapshot that is older than the row changes nothing in them.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a snapshot must commit together with what it causes")
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
    dispute = _find(payment, seen)
    before = DisputeState(dispute.state) if dispute else None
    if dispute is None:
        dispute = _open(payment, seen)
    elif seen.state != dispute.state and allowed(dispute, seen.state):
        move(dispute, seen.state, actor=f"provider:{payment.provider}", at=at, reason=seen.reason)
    if dispute.state not in DISPUTE_RUNNING and dispute.closed_at is None:
        dispute.closed_at = at
    _take_in(dispute, seen)
    _book(dispute, seen, at=at)
    dispute.next_poll_at = next_dispute_poll(dispute, at=at)
    dispute.save()
    return AppliedDispute(dispute, before)


def _find(payment: Payment, seen: DisputeView) -> Dispute | None:
    rows = Dispute.objects.select_for_update(no_key=True, of=("self",)).select_related("payment")
    return rows.filter(provider=payment.provider, provider_id=seen.id).first()


def _open(payment: Payment, seen: DisputeView) -> Dispute:
    return Dispute.objects.create(
        payment=payment,
        provider=payment.provider,
        provider_id=seen.id,
        state=seen.state,
        amount_minor=seen.amount.minor,
        opened_at=seen.opened_at,
    )


def _take_in(dispute: Dispute, seen: DisputeView) -> None:
    if seen.amount.currency != dispute.payment.currency:
        log.error("dispute_differs", dispute=dispute.provider_id, told=repr(seen.amount))
        Payment.objects.filter(pk=dispute.payment_id).update(needs_review=True)
        return
    dispute.amount_minor = seen.amount.minor
    dispute.reason = seen.reason[:80]
    dispute.is_refundable = seen.refundable
    dispute.due_at = seen.due_at


def _book(dispute: Dispute, seen: DisputeView, *, at: datetime) -> None:
    """The provider tells sums; what is new in them is booked. What moved does not unmove."""
    payment = dispute.payment
    if seen.amount.currency != payment.currency:
        return
    withdrawn = dispute.money(max(seen.withdrawn.minor - dispute.withdrawn_minor, 0))
    reinstated = dispute.money(max(seen.reinstated.minor - dispute.reinstated_minor, 0))
    fee = dispute.money(seen.fee.minor - dispute.fee_minor)
    booking = (
        (dispute_recipes.withdrawn, withdrawn),
        (dispute_recipes.reinstated, reinstated),
        (dispute_recipes.fee, fee),
    )
    for recipe, amount in booking:
        if amount:
            post_dispute(dispute, recipe(payment.provider, next_key(dispute), amount), at=at)
    dispute.withdrawn_minor += withdrawn.minor
    dispute.reinstated_minor += reinstated.minor
    dispute.fee_minor += fee.minor


def next_key(dispute: Dispute) -> str:
    """Each booking of a dispute under a name of its own, in their order. Needs the row's lock."""
    dispute.booked += 1
    return f"dispute:{dispute.pk}:{dispute.booked}"


def post_dispute(dispute: Dispute, draft: Draft, *, at: datetime) -> None:
    post(draft, subject=dispute.payment.purpose, at=at)


def still_out(dispute: Dispute) -> Money:
    """What the provider has taken and not returned, and is not booked as lost."""
    return dispute.money(dispute.withdrawn_minor - dispute.reinstated_minor - dispute.lost_minor)
