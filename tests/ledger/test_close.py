"""Sums of closings and the entries after them say what all entries say."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from apps.core.invariants import offenders
from apps.core.money import Money
from apps.ledger import balances, chart, recipes
from apps.ledger.close import close_books
from apps.ledger.draft import Draft
from apps.ledger.invariants import CHECKS
from apps.ledger.models import Closing, DaySum
from apps.ledger.post import post
from apps.ledger.settled import StillMoving, settled_up_to
from apps.ledger.sums import balances_at_end_of, moved_of
from tests.racing import run_at_once
from tests.second_session import second_session

NOON = datetime(2027, 5, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
DAY = timedelta(days=1)
CLEARING = chart.clearing("stripe")


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def book(draft: Draft, number: int, at: datetime) -> None:
    with transaction.atomic():
        post(draft, subject=f"orders.order:{number}", at=at)


def sell(number: int, *, organizer: int = 7, at: datetime = NOON) -> None:
    book(recipes.sale(organizer, "stripe", f"order:{number}", eur(1000), eur(50)), number, at)


def give_back(number: int, *, organizer: int = 7, at: datetime = NOON) -> None:
    draft = recipes.refund_requested(
        organizer, "stripe", f"refund:{number}", amount=eur(400), fee_back=eur(20), pending=eur(950)
    )
    book(draft, number, at)


def told(organizer: int = 7, since: datetime | None = None) -> dict[tuple[str, str], int]:
    return {(m.code, m.kind): m.amount.minor for m in moved_of([organizer], since=since)}


SOLD = {
    ("clearing:stripe", "sale"): 1000,
    ("fee:platform", "sale"): -50,
    ("org:7:pending:stripe", "sale"): -950,
}


@pytest.mark.django_db
def test_shared_accounts_are_told_apart_by_organizer_and_kind() -> None:
    sell(1)
    sell(2, organizer=8)
    give_back(2, organizer=8)
    others = told(8)
    assert others == {
        ("clearing:stripe", "sale"): 1000,
        ("fee:platform", "sale"): -50,
        ("fee:platform", "refund_requested"): 20,
        ("org:8:pending:stripe", "sale"): -950,
        ("org:8:pending:stripe", "refund_requested"): 380,
        ("refunds_in_transit:stripe", "refund_requested"): -400,
    }
    assert told() == SOLD
    assert close_books(at=NOON) == 1
    assert (told(), told(8)) == (SOLD, others)
    sell(3)
    assert told() == {key: 2 * minor for key, minor in SOLD.items()}
    assert told(9) == {}


@pytest.mark.django_db
def test_the_books_are_closed_once_a_day_and_when_the_tail_is_long() -> None:
    assert close_books(at=NOON) == 0
    sell(1)
    assert [close_books(at=NOON), close_books(at=LATER)] == [1, 0]
    sell(2)
    assert close_books(at=LATER, tail_min=4) == 0
    sell(3)
    assert close_books(at=LATER, tail_min=4) == 1
    sell(4)
    assert close_books(at=NOON + DAY) == 1
    assert [end - after for after, end in Closing.objects.values_list("after_entry", "up_to_entry")]
    assert told()["clearing:stripe", "sale"] == 4000


@pytest.mark.django_db
@pytest.mark.parametrize("closed", [False, True])
def test_since_a_moment_counts_the_rest_of_its_day(*, closed: bool) -> None:
    for number, hours in enumerate((-24, -1, 0, 1, 24)):
        sell(number, at=NOON + timedelta(hours=hours))
        sell(number + 10, organizer=8, at=NOON + timedelta(hours=hours))
    if closed:
        close_books(at=NOON + 2 * DAY)
    give_back(3, at=NOON + DAY)
    since = told(since=NOON)
    assert since["clearing:stripe", "sale"] == 3000
    assert since["fee:platform", "sale"] == -150
    assert since["refunds_in_transit:stripe", "refund_requested"] == -400
    assert told(since=NOON + 2 * DAY) == {}


@pytest.mark.django_db
def test_the_books_at_the_end_of_any_day() -> None:
    for number in range(4):
        sell(number, at=NOON + number * DAY)
        if number == 1:
            close_books(at=NOON + DAY)
    sell(9, at=NOON + DAY)  # booked late: it is of the day it says
    for day, sales in ((0, 1), (1, 3), (2, 4), (3, 5), (400, 5)):
        books = balances_at_end_of(NOON.date() + day * DAY)
        assert books == {
            (CLEARING, "EUR"): eur(1000 * sales),
            (chart.PLATFORM_FEE, "EUR"): eur(-50 * sales),
            (chart.pending(7, "stripe"), "EUR"): eur(-950 * sales),
        }
    assert balances_at_end_of(date(2027, 4, 30)) == {}
    assert balances_at_end_of(date(2028, 1, 1)) == balances.all_balances()


@pytest.mark.django_db
def test_sums_cannot_be_changed() -> None:
    sell(1)
    close_books(at=NOON)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Closing.objects.update(made_at=LATER)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        DaySum.objects.update(amount_minor=0)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_in_the_next_closing() -> None:
    sell(1)
    with second_session() as elsewhere, ExitStack() as open_transaction:
        elsewhere(lambda: open_transaction.enter_context(transaction.atomic()))
        elsewhere(lambda: sell(2))
        sell(3)
        with pytest.raises(StillMoving):
            settled_up_to(patience=timedelta(0))
        assert told()["clearing:stripe", "sale"] == 2000
        elsewhere(open_transaction.pop_all().close)
    assert close_books(at=NOON) == 1
    assert told()["clearing:stripe", "sale"] == 3000


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_closings_at_once_sum_every_entry_once() -> None:
    for number in range(6):
        sell(number)
    run_at_once(8, lambda _: close_books(at=NOON))
    assert Closing.objects.count() == 1
    assert told()["clearing:stripe", "sale"] == 6000
    assert [row for check in CHECKS for row in offenders(check)] == []
