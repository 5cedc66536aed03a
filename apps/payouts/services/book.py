"""The postings of a payout, each once."""

from __future__ import annotations

from datetime import datetime

from apps.core.money import Money
from apps.ledger import recipes
from apps.ledger.post import post
from apps.payouts.models import Payout


def approved(payout: Payout, *, at: datetime) -> None:
    draft = recipes.payout_approved(
        payout.organizer_id, payout.provider, _key(payout), payout.amount
    )
    post(draft, subject=payout.subject, at=at)


def sent(payout: Payout, *, at: datetime) -> None:
    draft = recipes.payout_sent(payout.provider, _key(payout), payout.amount)
    post(draft, subject=payout.subject, at=at)


def fee(payout: Payout, fee: Money, *, at: datetime) -> None:
    post(recipes.payout_fee(payout.provider, _key(payout), fee), subject=payout.subject, at=at)


def failed(payout: Payout, *, at: datetime) -> None:
    draft = recipes.payout_failed(payout.organizer_id, payout.provider, _key(payout), payout.amount)
    post(draft, subject=payout.subject, at=at)


def returned(payout: Payout, *, at: datetime) -> None:
    draft = recipes.payout_returned(
        payout.organizer_id, payout.provider, _key(payout), payout.amount
    )
    post(draft, subject=payout.subject, at=at)


def _key(payout: Payout) -> str:
    return f"payout:{payout.pk}"
