from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import connection
from django.db.models import QuerySet

from apps.core.asked_often import AskedOften
from apps.core.money import Money
from apps.core.transitions import allowed, move
from apps.ledger import recipes
from apps.ledger.post import post
from apps.payments.gateways.base import ABANDONED, Attempt, Ids
from apps.payments.models import Payment
from apps.payments.polling import next_payment_poll
from apps.payments.states import PaymentState

_OWN_IDS = ("session", "order")  # the provider's name for the attempt itself
# What a provider tells of a payment, beside its state and the reason for it.
_TOLD = (
    *("ids", "provider_id", "redirect_url", "provider_expires_at", "captured_at", "fee_minor"),
    *("attempt", "superseded", "outcome_unknown", "needs_review", "next_poll_at"),
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Applied:
    """The payment as it is now, the state it was in, and whether this was when its fee became known."""

    payment: Payment
    before: PaymentState
    fee_booked: bool = False


def _locked(payment: int) -> QuerySet[Payment]:
    return Payment.objects.select_for_update(no_key=True).filter(pk=payment)


_LOCKED = AskedOften(_locked, -1)


def apply(payment_id: int, attempt: Attempt, *, at: datetime) -> Applied:
    """
    Write what the provider says into the row, under its lock, in the caller's transaction.

    States only move on: a snapshot that is older than the row changes nothing. What differs from
    our row in amount, currency or reference sets `needs_review`, until the money is taken: then somebody
    compares it, and what they compared is not marked again.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a snapshot must commit together with what it causes")
    payment = _LOCKED.get(payment_id)
    before = PaymentState(payment.state)
    fee_is_new = payment.fee_minor is None
    told = copy(payment)
    _take_in(told, attempt)
    refused_late = _is_refusal_beside_a_page(payment, attempt)
    if attempt.state != payment.state and allowed(payment, attempt.state) and not refused_late:
        _arrive(told, attempt, at=at)
    told.next_poll_at = next_payment_poll(told, at=at)
    _write(payment, told, reason=attempt.reason, at=at)
    owes_fee = payment.state == PaymentState.CAPTURED and bool(payment.fee_minor)
    if fee_is_new and owes_fee:
        _book_fee(payment, at=at)
    return Applied(payment, before, fee_booked=fee_is_new and owes_fee)


def _write(payment: Payment, told: Payment, *, reason: str, at: datetime) -> None:
    """What is new, with the move when there is one; nothing when nothing is."""
    new = {
        name: getattr(told, name) for name in _TOLD if getattr(told, name) != getattr(payment, name)
    }
    if told.reason != payment.reason:  # apart: `move` takes the trace's reason by this name
        Payment.objects.filter(pk=payment.pk).update(reason=told.reason)
        payment.reason = told.reason
    if told.state != payment.state:
        actor = f"provider:{payment.provider}"
        move(payment, told.state, actor=actor, at=at, reason=reason, **new)
    elif new:
        Payment.objects.filter(pk=payment.pk).update(**new)
        for name, value in new.items():
            setattr(payment, name, value)


def _arrive(payment: Payment, attempt: Attempt, *, at: datetime) -> None:
    payment.state = attempt.state
    if attempt.state is PaymentState.CAPTURED:
        payment.captured_at = attempt.captured_at or at
    payment.reason = attempt.reason[:200]
    payment.superseded = payment.superseded or attempt.reason == ABANDONED


def _take_in(payment: Payment, attempt: Attempt) -> None:
    payment.outcome_unknown = False
    if _is_second_page(payment, attempt):
        log.warning("second_page_left_unseen", payment=payment.reference)
        return
    payment.ids = {**payment.ids, **attempt.ids}
    payment.provider_id = _own_id(payment.ids)
    payment.redirect_url = attempt.redirect_url or payment.redirect_url
    payment.provider_expires_at = attempt.expires_at or payment.provider_expires_at
    if payment.state != PaymentState.CAPTURED and _differs(payment, attempt):
        payment.needs_review = True
        log.error(
            "payment_differs",
            payment=payment.reference,
            expected=repr(payment.amount),
            told=repr(attempt.total),
            reference=attempt.reference,
        )
    if attempt.reason and attempt.state is PaymentState.AWAITING_BUYER:
        # A refused capture would be refused again under its key.
        payment.reason = attempt.reason[:200]
        payment.attempt += 1
    if attempt.fee is not None and payment.fee_minor is None:
        _note_fee(payment, attempt.fee)


def _is_second_page(payment: Payment, attempt: Attempt) -> bool:
    """
    Two starts under two keys: the one failed and raised the key while the other was under way. The
    page that is on the row may have a buyer; the later one is told to nobody, so nobody pays there.
    """
    told = _own_id(attempt.ids)
    return bool(payment.provider_id and told) and told != payment.provider_id


def _is_refusal_beside_a_page(payment: Payment, attempt: Attempt) -> bool:
    """A start that was refused says nothing of the page another start has got: it can be paid."""
    return attempt.state is PaymentState.FAILED and not attempt.ids and bool(payment.provider_id)


def _own_id(ids: Ids) -> str:
    return next((ids[name] for name in _OWN_IDS if name in ids), "")


def _differs(payment: Payment, attempt: Attempt) -> bool:
    other_money = attempt.total is not None and attempt.total != payment.amount
    other_name = attempt.reference is not None and attempt.reference != payment.reference
    return other_money or other_name


def _note_fee(payment: Payment, fee: Money) -> None:
    if fee.currency != payment.currency:
        log.error("fee_in_other_currency", payment=payment.reference, fee=repr(fee))
        return
    payment.fee_minor = fee.minor


def _book_fee(payment: Payment, *, at: datetime) -> None:
    fee = recipes.provider_fee(
        provider=payment.provider,
        key=f"payment:{payment.pk}",
        fee=Money(payment.fee_minor or 0, payment.currency),
    )
    post(fee, subject=payment.purpose, at=at)
