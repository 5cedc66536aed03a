"""Each check is given a broken book, past the guards as only a superuser can, and finds it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from apps.core import invariants
from apps.core.invariants import Check, offenders
from apps.core.money import Money
from apps.ledger import recipes
from apps.ledger.checkpoints import write_checkpoints
from apps.ledger.invariants import CHECKS
from apps.ledger.models import Entry, LedgerAccount, Posting
from apps.ledger.post import post

NOON = datetime(2027, 5, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


@pytest.fixture(autouse=True)
def books() -> None:
    post(recipes.sale(7, "stripe", "order:1", eur(2000), eur(100)), subject="o:1", at=NOON)
    post(recipes.sale(7, "stripe", "order:2", eur(1000), eur(50)), subject="o:2", at=NOON)
    write_checkpoints(at=NOON, tail_min=2)


def found() -> dict[str, list[str]]:
    everything = {check.name: list(offenders(check)) for check in CHECKS}
    return {name: rows for name, rows in everything.items() if rows}


def break_it(sql: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def posting(key: str) -> Posting:
    return Posting.objects.get(key=key)


def test_whole_books_break_nothing() -> None:
    assert found() == {}


def test_an_amount_that_was_changed_is_found() -> None:
    entry = Entry.objects.get(posting__key="sale:order:2", account__code="clearing:stripe")
    break_it("UPDATE ledger_entry SET amount_minor = 999 WHERE id = %s", entry.pk)
    assert found() == {
        "a posting is whole and balances to zero per currency": [
            f"posting {posting('sale:order:2').pk}: sale:order:2"
        ],
        "a checkpoint equals the sum of the entries it covers": [
            f"checkpoint {entry.account.checkpoints.get().pk} of account {entry.account_id}"
        ],
    }


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM ledger_entry WHERE posting_id = %s",
        """
        INSERT INTO ledger_entry (posting_id, account_id, amount_minor)
        SELECT %s, min(id), n FROM ledger_ledgeraccount, (VALUES (5), (-5)) v(n) GROUP BY n
        """,
        "UPDATE ledger_entry SET account_id = 0 WHERE posting_id = %s",
        "UPDATE ledger_posting SET lines = 2 WHERE id = %s",
    ],
)
def test_a_posting_that_is_not_whole_is_found(damage: str) -> None:
    broken = posting("sale:order:1")
    break_it(damage, broken.pk)
    assert found()["a posting is whole and balances to zero per currency"] == [
        f"posting {broken.pk}: sale:order:1"
    ]


def test_an_entry_without_posting_is_found() -> None:
    broken = posting("sale:order:1")
    entries = list(broken.entries.order_by("id").values_list("id", flat=True))
    break_it("DELETE FROM ledger_posting WHERE id = %s", broken.pk)
    assert found() == {
        "an entry belongs to a posting": [
            f"entry {entry} of posting {broken.pk}" for entry in entries
        ]
    }
    break_it("DELETE FROM ledger_entry WHERE posting_id = %s", broken.pk)  # for the foreign key


def test_a_guard_that_is_off_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_append_only")
    assert found() == {
        "the books are append-only: their guards are in force": ["ledger_entry_append_only"]
    }


def test_an_account_outside_the_chart_is_found() -> None:
    LedgerAccount.objects.create(code="petty_cash", currency="EUR")
    assert found() == {"every account is in the chart": ["account petty_cash EUR"]}


def test_a_debt_paid_twice_is_found() -> None:
    for number in (1, 2):
        post(recipes.refund_confirmed("stripe", f"refund:{number}", eur(700)), subject="o", at=NOON)
    assert found() == {
        "nothing is sent that was not owed: what we owe does not turn into a claim": [
            "account refunds_in_transit:stripe EUR: 1400"
        ]
    }


def test_a_large_table_is_walked_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invariants, "CHUNK_IDS", 1)
    every_posting = Check(
        0,
        "",
        "SELECT key FROM ledger_posting WHERE id > %(after)s AND id <= %(up_to)s",
        over="ledger_posting",
    )
    assert list(offenders(every_posting)) == ["sale:order:1", "sale:order:2"]
