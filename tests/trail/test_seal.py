"""What was sealed cannot change unseen, whoever changes it."""

# ruff: noqa: S608 - somebody with all rights writes what they like

from __future__ import annotations

import uuid
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from apps.core.money import Money
from apps.core.transitions import move
from apps.invoices.models import Invoice
from apps.invoices.papers import paper_of
from apps.ledger import recipes
from apps.ledger.models import Entry
from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from apps.payouts.models import Payout
from apps.payouts.states import PayoutState
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import Case
from apps.reconciliation.services.transfer import Moved, book_transfer
from apps.trail.chain import broken
from apps.trail.models import DaySeal, MoneyAct
from apps.trail.record import record
from apps.trail.sealing import TABLES, seal
from tests.factories.bank import Bank
from tests.factories.paying_out import book
from tests.factories.selling import NOON, make_organizer
from tests.factories.world import make_world
from tests.racing import run_at_once

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    bank = Bank()
    monkeypatch.setitem(PAYOUT_GATEWAYS, "paypal", bank)
    return bank


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
    assert dict(second.tables.values_list("table", "rows")) == dict.fromkeys(TABLES, 0) | {
        "core_statechange": 1,
        "ledger_entry": 2,
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


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("core_statechange", "actor = 'user:8'"),
        ("ledger_entry", "amount_minor = amount_minor * 2"),
        ("ledger_ledgeraccount", "code = 'clearing:stripe'"),
        ("ledger_posting", "at = at + interval '1 microsecond'"),
        ("trail_moneyact", "reason = 'another'"),
    ],
)
def test_a_change_in_the_past_shows_with_its_first_day_and_table(table: str, column: str) -> None:
    first, second, _third = three_days()
    middle = second.tables.get(table=table)
    day = second.day if middle.rows else first.day
    row = middle.up_to_id
    by_force(f"UPDATE {table} SET {column} WHERE id = {row}")
    assert list(broken()) == [f"{day}: {table} has changed"]


# Append-only as well, and no money: the door, mails with tickets, what was taken out, sums of the books.
NO_MONEY = {
    *(
        "checkin_deviceflag",
        "checkin_doorterms",
        "checkin_doubtnote",
        "checkin_logentry",
        "checkin_scan",
    ),
    *("exports_download", "exports_export", "tickets_reissue", "invoices_vatcheck"),
    *("ledger_closing", "ledger_daysum", "trail_dayseal", "trail_sealedtable"),
}


def test_every_record_of_money_is_sealed() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_append_only'"
        )
        guarded = {table for (table,) in cursor.fetchall()}
    assert guarded - NO_MONEY == set(TABLES)


@pytest.mark.usefixtures("bank")
def test_decisions_documents_and_tills_are_sealed_as_they_are() -> None:
    """In a world with a little of everything, one of each is changed by force."""
    make_world()
    paper_of(Invoice.objects.earliest("pk"), at=now())
    book_transfer(
        Moved("paypal", Money(100, "EUR"), NOON.date(), uuid.uuid4(), "rent"),
        actor="user:7",
        at=NOON,
    )
    case = Case.objects.create(
        kind=Kind.UNKNOWN_MONEY, subject="x:1", provider="paypal", amount_minor=1, currency="EUR",
        found_at=NOON, last_seen_at=NOON,
    )  # fmt: skip
    case.acts.create(deed="ignored", actor="user:7", reason="a cent", at=NOON)
    assert seal(at=now() + DAY)
    assert list(broken()) == []
    changes = {
        "box_office_tillline": "reason = 'well'",
        "invoices_invoice": "issued_on = issued_on - 1",
        "invoices_invoiceline": "tax_rate = 7.5",
        "invoices_paper": "pdf = ''",
        "orders_orderrefund": "back_on_sale = false",
        "orders_orderrefundline": "kept_minor = 1",
        "reconciliation_banktransfer": "note = 'lent'",
        "reconciliation_caseact": "reason = 'two cents'",
    }
    for table, column in changes.items():
        with transaction.atomic():
            by_force(f"UPDATE {table} SET {column}")
            assert [line.split(": ")[1] for line in broken()] == [f"{table} has changed"]
            transaction.set_rollback(True)


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
