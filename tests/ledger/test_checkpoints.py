from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from apps.core.money import Money
from apps.ledger import balances, chart, recipes
from apps.ledger.checkpoints import write_checkpoints
from apps.ledger.models import Checkpoint, Entry, LedgerAccount
from apps.ledger.post import post
from apps.ledger.settled import StillMoving, settled_up_to
from tests.second_session import second_session

NOON = datetime(2027, 5, 1, 12, tzinfo=UTC)
AT_ONCE = timedelta(0)
CLEARING = chart.clearing("stripe")


def sell(number: int, minor: int = 1000) -> None:
    draft = recipes.sale(7, "stripe", f"order:{number}", Money(minor, "EUR"), Money(50, "EUR"))
    with transaction.atomic():
        post(draft, subject=f"orders.order:{number}", at=NOON)


@pytest.mark.django_db
def test_a_balance_is_the_last_checkpoint_and_the_tail() -> None:
    for number in range(3):
        sell(number)
    assert write_checkpoints(at=NOON, tail_min=3) == 3
    assert write_checkpoints(at=NOON, tail_min=1) == 0
    sell(3, minor=5)
    assert balances.balance(CLEARING, "EUR") == Money(3005, "EUR")
    assert write_checkpoints(at=NOON, tail_min=1) == 3
    assert list(
        Checkpoint.objects.filter(account__code=CLEARING)
        .order_by("entry_id")
        .values_list("balance_minor", flat=True)
    ) == [3000, 3005]
    assert balances.balance(CLEARING, "EUR") == Money(3005, "EUR")


@pytest.mark.django_db
def test_a_short_tail_gets_no_checkpoint() -> None:
    sell(1)
    assert write_checkpoints(at=NOON) == 0


@pytest.mark.django_db
def test_a_balance_up_to_an_entry_leaves_later_ones_out() -> None:
    sell(1)
    first = settled_up_to()
    sell(2)
    assert balances.balance_up_to(CLEARING, "EUR", first) == Money(1000, "EUR")
    assert balances.balance(CLEARING, "EUR") == Money(2000, "EUR")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_not_lost_behind_a_checkpoint() -> None:
    """Entry ids are given before commit: the open sale has lower ids than the one seen."""
    sell(1)
    with second_session() as elsewhere, ExitStack() as open_transaction:
        elsewhere(lambda: open_transaction.enter_context(transaction.atomic()))
        elsewhere(lambda: sell(2))
        sell(3)
        with pytest.raises(StillMoving):
            settled_up_to(patience=AT_ONCE)
        # The control: what a checkpoint over everything seen would have covered.
        seen = Entry.objects.latest("id").pk
        assert balances.balance_up_to(CLEARING, "EUR", seen) == Money(2000, "EUR")
        elsewhere(open_transaction.pop_all().close)
    assert balances.balance_up_to(CLEARING, "EUR", seen) == Money(3000, "EUR")
    assert settled_up_to(patience=AT_ONCE) == seen


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_that_books_nothing_is_not_waited_for() -> None:
    sell(1)
    with second_session() as elsewhere, ExitStack() as open_transaction:
        elsewhere(lambda: open_transaction.enter_context(transaction.atomic()))
        elsewhere(lambda: LedgerAccount.objects.create(code="fee:platform", currency="CHF"))
        assert settled_up_to(patience=AT_ONCE) == Entry.objects.latest("id").pk
        elsewhere(open_transaction.pop_all().close)
