"""What was sealed cannot change unseen, whoever changes it."""

# ruff: noqa: S608 - somebody with all rights writes what they like

from __future__ import annotations

from datetime import timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from apps.core.money import Money
from apps.core.transitions import move
from apps.ledger import recipes
from apps.ledger.models import Entry
from apps.payouts.models import Payout
from apps.payouts.states import PayoutState
from apps.trail.chain import broken
from apps.trail.models import DaySeal, MoneyAct
from apps.trail.record import record
from apps.trail.sealing import TABLES, seal
from tests.factories.paying_out import book
from tests.factories.selling import NOON, make_organizer
from tests.racing import run_at_once

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def something_happens(number: int) -> None:
    """To money: an act, a change of state, a posting."""
    organizer = make_organizer()
    payout = Payout.objects.create(
        reference=f"PO{number}",
        organizer=organizer,
        provider="paypal",
        amount_minor=1900,
        currency="EUR",
        after_entry=0,
        up_to_entry=0,
        created_at=NOON,
    )
    with transaction.atomic():
        move(payout, PayoutState.CANCELLED, actor="user:7", at=NOON, reason="a typing error")
        record("payout.cancel", about=payout, actor="user:7", at=NOON, reason="a typing error")
        book(recipes.provider_fee("paypal", f"test:{number}", Money(5 + number, "EUR")), "x")


def three_days() -> list[DaySeal]:
    seals = []
    for number in range(3):
        something_happens(number)
        seals.append(seal(at=NOON + number * DAY))
    return [one for one in seals if one is not None]


def by_force(sql: str) -> None:
    """As only a superuser can."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_each_day_seals_what_came_since_the_last_and_follows_it() -> None:
    first, second, third = three_days()
    assert (second.previous_digest, third.previous_digest) == (first.digest, second.digest)
    assert dict(second.tables.values_list("table", "rows")) == {
        "core_statechange": 1,
        "ledger_entry": 2,
        "ledger_ledgeraccount": 0,
        "ledger_posting": 1,
        "trail_moneyact": 1,
    }
    assert second.rows == 5
    assert list(broken()) == []


def test_a_day_is_sealed_once_and_an_empty_one_too() -> None:
    something_happens(1)
    assert seal(at=NOON)
    something_happens(2)
    assert seal(at=NOON + timedelta(hours=3)) is None
    assert seal(at=NOON - DAY) is None  # a clock that went back
    assert seal(at=NOON + 5 * DAY)
    empty = seal(at=NOON + 6 * DAY)
    assert empty
    assert empty.rows == 0
    assert list(broken()) == []


@pytest.mark.parametrize("table", TABLES)
def test_a_change_in_the_past_shows_with_its_first_day_and_table(table: str) -> None:
    first, second, _third = three_days()
    column = {
        "core_statechange": "actor = 'user:8'",
        "ledger_entry": "amount_minor = amount_minor * 2",
        "ledger_ledgeraccount": "code = 'clearing:stripe'",
        "ledger_posting": "at = at + interval '1 microsecond'",
        "trail_moneyact": "reason = 'another'",
    }[table]
    middle = second.tables.get(table=table)
    day = second.day if middle.rows else first.day
    row = middle.up_to_id
    by_force(f"UPDATE {table} SET {column} WHERE id = {row}")
    assert list(broken()) == [f"{day}: {table} has changed"]


def test_a_row_that_is_gone_or_was_put_in_shows() -> None:
    _first, second, _third = three_days()
    entries = second.tables.get(table="ledger_entry")
    by_force(f"DELETE FROM ledger_entry WHERE id = {entries.up_to_id}")
    acts = second.tables.get(table="trail_moneyact")
    by_force(f"UPDATE trail_moneyact SET id = {acts.up_to_id} + 100 WHERE id = {acts.up_to_id}")
    assert list(broken()) == [
        f"{second.day}: ledger_entry had 2 rows, now 1",
        f"{second.day}: trail_moneyact had 1 rows, now 0",
    ]


def test_a_seal_that_was_made_anew_breaks_those_after_it() -> None:
    """Whoever changes a row and its table's digest has to change every seal up to today."""
    first, second, third = three_days()
    by_force(f"UPDATE trail_sealedtable SET digest = '0' WHERE seal_id = {second.pk} AND rows = 1")
    assert next(broken()) == f"{second.day}: the seal itself has changed"
    by_force(f"UPDATE trail_dayseal SET digest = 'forged' WHERE id = {second.pk}")
    assert f"{third.day}: does not follow {second.day}" in list(broken())
    by_force(f"DELETE FROM trail_sealedtable WHERE seal_id = {second.pk}")
    by_force(f"DELETE FROM trail_dayseal WHERE id = {second.pk}")
    assert f"{third.day}: does not follow {first.day}" in list(broken())


def test_seals_are_append_only() -> None:
    three_days()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        DaySeal.objects.update(digest="")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_runs_at_once_make_one_seal() -> None:
    something_happens(1)
    made = run_at_once(4, lambda _: seal(at=NOON))
    assert [one for one in made if isinstance(one, Exception)] == []
    assert len([one for one in made if one is not None]) == 1
    assert list(broken()) == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("careless", [True, False])
def test_what_commits_late_falls_under_the_next_seal(
    monkeypatch: pytest.MonkeyPatch, careless: bool
) -> None:
    """The control seals up to the last id it sees, while a lower one is still being written."""
    if careless:
        monkeypatch.setattr("apps.trail.sealing.settled_up_to", _last)
    something_happens(0)  # the accounts are there, so nobody waits for who makes them
    halfway, seen = Barrier(2), Barrier(2)

    def work(number: int) -> None:
        if number == 0:
            with transaction.atomic():
                something_happens(1)
                halfway.wait(timeout=10)
                seen.wait(timeout=10)
                if careless:
                    seen.wait(timeout=10)
            return
        halfway.wait(timeout=10)
        something_happens(2)
        seen.wait(timeout=10)
        seal(at=NOON)
        if careless:
            seen.wait(timeout=10)

    assert run_at_once(2, work) == [None, None]
    assert (MoneyAct.objects.count(), Entry.objects.count()) == (3, 6)
    seal(at=NOON + DAY)
    assert bool(list(broken())) is careless


def _last(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        return int(cursor.fetchone()[0])
