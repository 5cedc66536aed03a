"""Gift vouchers for stories, and the money they are issued out of."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from django.db import transaction
from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.audit.registry import all_checks
from apps.core.invariants import offenders
from apps.core.money import Money
from apps.ledger import chart
from apps.ledger.draft import draft
from apps.ledger.post import post
from apps.vouchers.balances import rest_of
from apps.vouchers.models import GiftVoucher
from apps.vouchers.services.issue import issue
from apps.vouchers.services.write_voucher import NewVoucher, Recipient

_numbers = count(1)


def fund(organizer: Organizer, minor: int, provider: str = "stripe") -> None:
    """Earlier sales, released: it could be paid out now."""
    amount = Money(minor, "EUR")
    available = chart.available(organizer.pk, provider)
    earlier = draft(
        "earlier", str(next(_numbers)), [(chart.clearing(provider), amount), (available, -amount)]
    )
    with transaction.atomic():
        post(earlier, subject="story:1", at=now())


def make_voucher(
    organizer: Organizer,
    minor: int = 2000,
    *,
    provider: str = "stripe",
    to: Recipient | None = None,
    at: datetime | None = None,
) -> GiftVoucher:
    """Issued out of exactly as much."""
    fund(organizer, minor, provider)
    new = NewVoucher(organizer, provider, Money(minor, "EUR"), note="for Ada")
    return issue(new, to or Recipient(), actor="user:1", at=at or now())


def rest(voucher: GiftVoucher) -> int:
    return rest_of(voucher).minor


def broken() -> list[str]:
    """Of all the rules of the audit."""
    return [f"{check.name}: {row}" for check in all_checks() for row in offenders(check)]
