from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from apps.core.money import Money
from apps.ledger import balances, chart, recipes
from apps.ledger.models import Entry, Posting
from apps.ledger.post import KeyReused, post

NOON = datetime(2027, 5, 1, 12, tzinfo=UTC)
SALE = recipes.sale(7, "stripe", "order:1", Money(2000, "EUR"), Money(100, "EUR"))
pytestmark = pytest.mark.django_db


def test_a_sale_moves_three_balances() -> None:
    post(SALE, subject="orders.order:1", at=NOON)
    assert {code: money.minor for (code, _), money in balances.all_balances().items()} == {
        "clearing:stripe": 2000,
        "fee:platform": -100,
        "org:7:pending:stripe": -1900,
    }


def test_posting_twice_is_once() -> None:
    post(SALE, subject="orders.order:1", at=NOON)
    post(SALE, subject="orders.order:1", at=NOON)
    assert (Posting.objects.count(), Entry.objects.count()) == (1, 3)
    assert balances.balance(chart.clearing("stripe"), "EUR") == Money(2000, "EUR")


def test_one_key_for_two_facts_is_refused() -> None:
    post(SALE, subject="orders.order:1", at=NOON)
    other = recipes.sale(7, "stripe", "order:1", Money(2100, "EUR"), Money(100, "EUR"))
    with pytest.raises(KeyReused, match="sale:order:1"):
        post(other, subject="orders.order:1", at=NOON)
    with pytest.raises(KeyReused):
        post(SALE, subject="orders.order:2", at=NOON)
    assert Entry.objects.count() == 3


def test_a_sale_is_one_statement_once_its_accounts_exist(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    post(SALE, subject="orders.order:1", at=NOON)
    second = recipes.sale(7, "stripe", "order:2", Money(500, "EUR"), Money(25, "EUR"))
    with django_assert_num_queries(1):
        post(second, subject="orders.order:2", at=NOON)
    assert Posting.objects.count() == 2


def test_accounts_that_were_rolled_back_are_made_again() -> None:
    with transaction.atomic():
        post(SALE, subject="orders.order:1", at=NOON)
        transaction.set_rollback(True)
    assert balances.all_balances() == {}
    post(SALE, subject="orders.order:1", at=NOON)
    assert balances.balance(chart.PLATFORM_FEE, "EUR") == Money(-100, "EUR")


@pytest.mark.django_db(transaction=True)
def test_a_posting_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="must commit with"):
        post(SALE, subject="orders.order:1", at=NOON)
    assert Posting.objects.count() == 0


def test_owed_tells_providers_and_currencies_apart() -> None:
    post(SALE, subject="orders.order:1", at=NOON)
    in_francs = recipes.sale(7, "paypal", "order:2", Money(900, "CHF"), Money(45, "CHF"))
    post(in_francs, subject="orders.order:2", at=NOON)
    released = recipes.release(7, "paypal", "order:2", Money(855, "CHF"))
    post(released, subject="orders.order:2", at=NOON)
    post(
        recipes.sale(8, "stripe", "order:3", Money(100, "EUR"), Money(5, "EUR")),
        subject="orders.order:3",
        at=NOON,
    )
    assert balances.owed(7) == [
        balances.Owed(7, "stripe", Money(1900, "EUR"), Money(0, "EUR"), Money(0, "EUR")),
        balances.Owed(7, "paypal", Money(0, "CHF"), Money(855, "CHF"), Money(0, "CHF")),
    ]
    assert balances.available(7, "paypal", "CHF") == Money(855, "CHF")
    assert balances.available(7, "paypal", "EUR") == Money(0, "EUR")


def test_what_is_pending_of_one_sale_shrinks_with_its_refund_and_release() -> None:
    post(SALE, subject="orders.order:1", at=NOON)
    post(
        recipes.refund_requested(
            7,
            "stripe",
            "refund:1",
            amount=Money(1000, "EUR"),
            fee_back=Money(50, "EUR"),
            pending=balances.pending_of("orders.order:1", 7, "stripe", "EUR"),
        ),
        subject="orders.order:1",
        at=NOON,
    )
    assert balances.pending_of("orders.order:1", 7, "stripe", "EUR") == Money(950, "EUR")
    post(
        recipes.release(7, "stripe", "order:1", Money(950, "EUR")),
        subject="orders.order:1",
        at=NOON,
    )
    assert balances.pending_of("orders.order:1", 7, "stripe", "EUR") == Money(0, "EUR")
    assert balances.available(7, "stripe", "EUR") == Money(950, "EUR")
