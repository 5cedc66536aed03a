"""Thirty-two at once: the numbers stay 1, 2, 3 …; and what happens without the lock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from apps.invoices.kinds import Kind
from apps.invoices.models import Draft, Invoice, LegalEntity, Series
from apps.invoices.services import number as numbering
from apps.invoices.services.draft import draft_documents
from apps.invoices.services.number import number_waiting
from apps.orders.models import Order
from apps.orders.services.refund import refund_order
from tests.factories.invoicing import make_entity, make_show, number_all, sell
from tests.racing import run_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ACTORS = 32


class Crash(Exception):
    """The process ends before its transaction does."""


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> LegalEntity:
    """Batches of one: as many turns at the series as can be."""
    monkeypatch.setattr(numbering, "BATCH", 1)
    event, _variant = make_show()
    return make_entity(event.organizer)


@pytest.fixture
def orders(issuer: LegalEntity) -> list[Order]:
    event, variant = make_show(issuer.organizer)
    assert event.organizer == issuer.organizer
    return [sell(variant, 1) for _ in range(ACTORS)]


def sequences(kind: Kind = Kind.INVOICE) -> list[int]:
    told = Invoice.objects.filter(kind=kind).order_by("sequence")
    return list(told.values_list("sequence", flat=True))


def test_numbers_have_no_gap_whoever_gives_them_and_however_often_they_fail(
    issuer: LegalEntity, orders: list[Order]
) -> None:
    """Each actor tells its own fact and numbers all that waits; every third dies with a number in hand."""

    def work(n: int) -> int:
        draft_documents(orders[n], at=now())
        if n % 3 == 0:
            with transaction.atomic():
                number_waiting(issuer, at=now())
                raise Crash
        return number_waiting(issuer, at=now())

    results = run_at_once(ACTORS, work)

    crashed = sum(isinstance(result, Crash) for result in results)
    assert crashed == 11
    assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, Crash)]
    number_all(issuer)  # what the dead have left
    assert sequences() == list(range(1, ACTORS + 1))
    assert Series.objects.get().last == ACTORS
    assert set(Invoice.objects.values_list("order", flat=True)) == {order.pk for order in orders}


def test_the_same_sale_and_refund_told_by_all_at_once_are_two_documents(
    issuer: LegalEntity, orders: list[Order]
) -> None:
    refund_order(orders[0], actor="user:1", reason="ill", at=now())

    def work(_n: int) -> int:
        draft_documents(orders[0], at=now())
        return number_waiting(issuer, at=now())

    results = run_at_once(ACTORS, work)
    assert not [r for r in results if isinstance(r, Exception)]
    number_all(issuer)
    assert (sequences(), sequences(Kind.CREDIT_NOTE)) == ([1], [1])


def test_control_without_the_lock_two_take_one_number(
    issuer: LegalEntity, orders: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same race, but the series is read without its lock: only the database stops the double."""

    def unlocked(issuer: LegalEntity, year: int, kind: Kind) -> Series:
        wanted = {"organizer_id": issuer.organizer_id, "year": year, "kind": kind}
        Series.objects.bulk_create([Series(**wanted)], ignore_conflicts=True)
        return Series.objects.get(**wanted)

    for order in orders:
        draft_documents(order, at=now())
    monkeypatch.setattr(numbering, "lock_series", unlocked)
    results = run_at_once(ACTORS, lambda _n: number_waiting(issuer, at=now()))
    assert [r for r in results if isinstance(r, IntegrityError)]


@pytest.fixture
def counter() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE story_counter")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP SEQUENCE story_counter")


@pytest.mark.usefixtures("counter")
def test_control_a_sequence_of_the_database_leaves_gaps() -> None:
    """Why numbers are not taken from one: what rolls back keeps its number."""
    kept: list[int] = []

    def work(n: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT nextval('story_counter')")
            (number,) = cursor.fetchone()
            if n % 3 == 0:
                raise Crash
            kept.append(number)

    run_at_once(ACTORS, work)
    assert len(kept) == 21
    assert max(kept) > len(kept) or sorted(kept) != list(range(1, 22))


def test_a_draft_becomes_one_document(issuer: LegalEntity, orders: list[Order]) -> None:
    draft_documents(orders[0], at=now())
    number_waiting(issuer, at=now())
    Draft.objects.update(done_at=None)  # as after a restore of one table: told again
    with pytest.raises(IntegrityError):
        number_waiting(issuer, at=now())
    assert sequences() == [1]
