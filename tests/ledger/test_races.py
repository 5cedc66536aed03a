from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from apps.core.money import Money
from apps.ledger import balances, chart, recipes
from apps.ledger.models import LedgerAccount, Posting
from apps.ledger.post import post
from tests.racing import run_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

NOON = datetime(2027, 5, 1, 12, tzinfo=UTC)
AT_ONCE = 8


def sell(organizer: int, order: int) -> None:
    sale = recipes.sale(organizer, "stripe", f"order:{order}", Money(1000, "EUR"), Money(50, "EUR"))
    with transaction.atomic():
        post(sale, subject=f"orders.order:{order}", at=NOON)


def test_one_fact_posted_at_once_is_booked_once() -> None:
    assert run_at_once(AT_ONCE, lambda _: sell(7, 1)) == [None] * AT_ONCE
    assert Posting.objects.count() == 1
    assert balances.balance(chart.clearing("stripe"), "EUR") == Money(1000, "EUR")


def test_the_first_sales_at_once_share_their_accounts() -> None:
    assert run_at_once(AT_ONCE, lambda n: sell(organizer=1 + n % 2, order=n)) == [None] * AT_ONCE
    assert LedgerAccount.objects.count() == 4
    assert balances.balance(chart.PLATFORM_FEE, "EUR") == Money(-50 * AT_ONCE, "EUR")
