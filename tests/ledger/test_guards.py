"""The database refuses what the code never does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.core.money import Money
from apps.ledger import recipes
from apps.ledger.models import Checkpoint, Entry, LedgerAccount, Posting
from apps.ledger.post import post

NOON = datetime(2027, 5, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sale() -> None:
    draft = recipes.sale(7, "stripe", "order:1", Money(2000, "EUR"), Money(100, "EUR"))
    post(draft, subject="orders.order:1", at=NOON)


@pytest.mark.parametrize("table", ["ledger_posting", "ledger_entry", "ledger_ledgeraccount"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_the_books_are_append_only(table: str, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE first minds pending checks
        with pytest.raises(DatabaseError, match="is append-only"), transaction.atomic():
            cursor.execute(statement.format(table))
    assert (Posting.objects.count(), Entry.objects.count()) == (1, 3)


def new_posting(key: str, lines: int, entries: list[tuple[str, str, int]]) -> None:
    for code, currency, _ in entries:
        LedgerAccount.objects.get_or_create(code=code, currency=currency)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH posting AS (
                INSERT INTO ledger_posting (kind, key, subject, lines, at)
                VALUES ('sale', %s, 'x:1', %s, now()) RETURNING id
            )
            INSERT INTO ledger_entry (posting_id, account_id, amount_minor)
            SELECT posting.id, a.id, l.amount FROM posting,
                unnest(%s::text[], %s::text[], %s::bigint[]) AS l(code, currency, amount)
                JOIN ledger_ledgeraccount a ON a.code = l.code AND a.currency = l.currency
            """,
            [key, lines, *(list(column) for column in zip(*entries, strict=True))],
        )


def test_the_control_a_whole_posting_is_accepted() -> None:
    new_posting("ok", 2, [("unapplied:stripe", "EUR", -5), ("clearing:stripe", "EUR", 5)])
    assert Posting.objects.count() == 2


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ([("unapplied:stripe", "EUR", -5), ("clearing:stripe", "EUR", 6)], "does not balance"),
        ([("unapplied:stripe", "EUR", -5), ("clearing:stripe", "CHF", 5)], "does not balance"),
        ([("unapplied:stripe", "EUR", -5)], "has 1 entries, not 2"),
        ([("unapplied:stripe", "EUR", 0), ("clearing:stripe", "EUR", 0)], "entry_not_zero"),
    ],
)
def test_a_posting_that_is_not_whole_is_refused(
    entries: list[tuple[str, str, int]], complaint: str
) -> None:
    with pytest.raises(IntegrityError, match=complaint):
        new_posting("bad", 2, entries)
    assert not Posting.objects.filter(key="bad").exists()


@pytest.mark.parametrize("lines", [0, 2])
def test_a_posting_without_entries_is_refused(lines: int) -> None:
    with pytest.raises(IntegrityError, match="posting"), transaction.atomic():
        Posting.objects.create(kind="sale", key="empty", subject="x:1", lines=lines, at=NOON)
    assert not Posting.objects.filter(key="empty").exists()


def test_an_old_posting_gets_no_more_entries_not_even_balanced_ones() -> None:
    posting = Posting.objects.get()
    account = LedgerAccount.objects.first()
    with pytest.raises(IntegrityError, match="has 5 entries, not 3"), transaction.atomic():
        Entry.objects.bulk_create(
            [Entry(posting=posting, account=account, amount_minor=n) for n in (5, -5)]
        )
    assert Entry.objects.count() == 3


def test_an_entry_needs_an_account() -> None:
    with (
        pytest.raises(IntegrityError, match="does not balance"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            """
            WITH posting AS (
                INSERT INTO ledger_posting (kind, key, subject, lines, at)
                VALUES ('sale', 'orphan', 'x:1', 2, now()) RETURNING id
            )
            INSERT INTO ledger_entry (posting_id, account_id, amount_minor)
            SELECT posting.id, 999999, amount FROM posting, (VALUES (5), (-5)) AS l(amount)
            """
        )


def test_checkpoints_are_derived_and_may_be_thrown_away() -> None:
    account = LedgerAccount.objects.get(code="clearing:stripe")
    Checkpoint.objects.create(account=account, entry_id=1, balance_minor=0, made_at=NOON)
    assert Checkpoint.objects.all().delete()[0] == 1
