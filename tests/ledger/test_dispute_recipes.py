from __future__ import annotations

import pytest

from apps.core.money import Money
from apps.ledger import chart, dispute_recipes
from apps.ledger.draft import Draft


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def lines(drafted: Draft) -> dict[str, int]:
    return {line.code: line.amount.minor for line in drafted.lines}


def test_a_provider_takes_the_money_and_its_fee_and_gives_them_back() -> None:
    taken = dispute_recipes.withdrawn("stripe", "dispute:1", eur(2000))
    assert (taken.key, lines(taken)) == (
        "dispute_withdrawn:dispute:1",
        {"disputed:stripe": 2000, "clearing:stripe": -2000},
    )
    back = dispute_recipes.reinstated("stripe", "dispute:1", eur(2000))
    assert lines(back) == {"clearing:stripe": 2000, "disputed:stripe": -2000}
    fee = dispute_recipes.fee("stripe", "dispute:1", eur(2000))
    assert lines(fee) == {"fee:dispute:stripe": 2000, "clearing:stripe": -2000}
    fee_back = dispute_recipes.fee("stripe", "dispute:2", eur(-2000))
    assert lines(fee_back) == {"fee:dispute:stripe": -2000, "clearing:stripe": 2000}


@pytest.mark.parametrize(
    ("pending", "from_pending", "from_available"),
    [(2500, 2000, 0), (1900, 1900, 100), (0, 0, 2000), (-5, 0, 2000)],
)
def test_pending_goes_into_reserve_first_then_available(
    pending: int, from_pending: int, from_available: int
) -> None:
    kept = dispute_recipes.reserved(
        7, "stripe", "dispute:1", amount=eur(2000), pending=eur(pending)
    )
    expected = {
        "org:7:pending:stripe": from_pending,
        "org:7:available:stripe": from_available,
        "org:7:reserve:stripe": -2000,
    }
    assert lines(kept) == {code: minor for code, minor in expected.items() if minor}


def test_what_is_let_go_returns_where_it_was_taken_from() -> None:
    let_go = dispute_recipes.let_go(
        7, "stripe", "dispute:1", amount=eur(2000), to_pending=eur(1900)
    )
    assert lines(let_go) == {
        "org:7:reserve:stripe": 2000,
        "org:7:pending:stripe": -1900,
        "org:7:available:stripe": -100,
    }


@pytest.mark.parametrize(
    ("reserved", "owed", "loss"), [(2000, 0, 0), (0, 2000, 0), (0, 0, 2000), (500, 300, 1200)]
)
def test_what_is_lost_is_the_reserve_or_owed_anyway_or_our_loss(
    reserved: int, owed: int, loss: int
) -> None:
    lost = dispute_recipes.lost(
        7, "paypal", "dispute:1", amount=eur(2000), reserved=eur(reserved), owed=eur(owed)
    )
    expected = {
        "org:7:reserve:paypal": reserved,
        "unapplied:paypal": owed,
        "loss:paypal": loss,
        "disputed:paypal": -2000,
    }
    assert lines(lost) == {code: minor for code, minor in expected.items() if minor}


def test_the_platform_keeps_no_fee_of_what_was_lost() -> None:
    back = dispute_recipes.fee_given_back(7, "paypal", "dispute:1", eur(100))
    assert lines(back) == {"fee:platform": 100, "org:7:available:paypal": -100}


@pytest.mark.parametrize(
    "code", ["disputed", "loss", "reserve:stripe", "fee:dispute", "org:7:reserve"]
)
def test_accounts_of_disputes_name_their_provider(code: str) -> None:
    assert not chart.is_known(code)
    assert chart.is_known("fee:dispute:stripe")
