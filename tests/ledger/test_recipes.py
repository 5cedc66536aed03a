from __future__ import annotations

from decimal import Decimal

import pytest

from apps.core.money import Money
from apps.ledger import chart, recipes
from apps.ledger.draft import Draft, Unbalanced, draft

FIVE = Decimal(5)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def lines(drafted: Draft) -> dict[str, int]:
    return {line.code: line.amount.minor for line in drafted.lines}


def test_a_sale_owes_the_organizer_all_but_the_fee() -> None:
    sale = recipes.sale(7, "stripe", "order:1", eur(2000), eur(100))
    assert (sale.kind, sale.key) == ("sale", "sale:order:1")
    assert lines(sale) == {
        "clearing:stripe": 2000,
        "org:7:pending:stripe": -1900,
        "fee:platform": -100,
    }


def test_a_sale_without_fee_has_two_lines() -> None:
    assert len(recipes.sale(7, "paypal", "order:1", eur(2000), eur(0)).lines) == 2


def test_a_sale_of_nothing_is_not_booked() -> None:
    with pytest.raises(Unbalanced):
        recipes.sale(7, "stripe", "order:1", eur(0), eur(0))


def test_two_currencies_balance_each_by_itself() -> None:
    with pytest.raises(Unbalanced):
        draft(
            "x", "1", [(chart.clearing("stripe"), eur(5)), (chart.PLATFORM_FEE, Money(-5, "CHF"))]
        )


@pytest.mark.parametrize(
    "code",
    [
        "org:0:pending:stripe",
        "org:7:pending:cash",
        "clearing",
        "bank ",
        "suspense",
        "loss",
        "bank:stripe",
    ],
)
def test_a_code_outside_the_chart_is_unknown(code: str) -> None:
    assert not chart.is_known(code)


def test_an_unknown_provider_has_no_accounts() -> None:
    with pytest.raises(ValueError, match="clearing:square"):
        chart.clearing("square")


def test_a_refund_while_pending_takes_from_pending() -> None:
    refund = recipes.refund_requested(
        7, "stripe", "refund:1", amount=eur(1000), fee_back=eur(50), pending=eur(1900)
    )
    assert lines(refund) == {
        "org:7:pending:stripe": 950,
        "fee:platform": 50,
        "refunds_in_transit:stripe": -1000,
    }


def test_a_refund_after_release_takes_from_available() -> None:
    refund = recipes.refund_requested(
        7, "stripe", "refund:1", amount=eur(1000), fee_back=eur(50), pending=eur(0)
    )
    assert lines(refund) == {
        "org:7:available:stripe": 950,
        "fee:platform": 50,
        "refunds_in_transit:stripe": -1000,
    }


def test_a_refund_of_more_than_is_pending_takes_the_rest_from_available() -> None:
    refund = recipes.refund_requested(
        7, "stripe", "refund:1", amount=eur(1000), fee_back=eur(0), pending=eur(400)
    )
    assert lines(refund) == {
        "org:7:pending:stripe": 400,
        "org:7:available:stripe": 600,
        "refunds_in_transit:stripe": -1000,
    }


@pytest.mark.parametrize(
    ("remaining", "amount", "fee", "back"),
    [
        (2000, 2000, 100, 100),  # all of it
        (2000, 1000, 100, 50),
        (1999, 1000, 100, 50),  # 5 % of 9.99 is 0.4995, kept 0.50
        (30, 1, 2, 1),  # 0.015 was rounded up to 0.02; 5 % of 0.29 is 0.0145, kept 0.01
        (2000, 1000, 40, 0),  # a fee below its rate does not grow
    ],
)
def test_the_fee_kept_is_the_rate_of_what_remains(
    remaining: int, amount: int, fee: int, back: int
) -> None:
    assert recipes.fee_given_back(FIVE, eur(remaining), eur(amount), eur(fee)) == eur(back)


def test_a_failed_refund_is_owed_to_the_buyer() -> None:
    assert lines(recipes.refund_failed("paypal", "refund:1", eur(500))) == {
        "refunds_in_transit:paypal": 500,
        "unapplied:paypal": -500,
    }
    assert lines(recipes.refund_came_back("paypal", "refund:1", eur(500))) == {
        "clearing:paypal": 500,
        "unapplied:paypal": -500,
    }


TILL, TERMINAL = chart.till(7, 3), chart.terminal(7, 3)


def test_own_money_stays_the_organizers_and_the_fee_is_owed() -> None:
    sale = recipes.own_sale(7, TILL, "paypal", "order:1", gross=eur(2000), fee=eur(100))
    assert (sale.kind, lines(sale)) == (
        "own_sale",
        {
            "till:7:3": 2000,
            "own_sales:7": -2000,
            "org:7:available:paypal": 100,
            "fee:platform": -100,
        },
    )
    back = recipes.own_refund(7, TILL, "paypal", "refund:1", amount=eur(2000), fee_back=eur(100))
    assert lines(back) == {code: -minor for code, minor in lines(sale).items()}


def test_a_till_is_closed_with_its_difference() -> None:
    short = recipes.till_closed(7, TILL, "till:1", expected=eur(5000), counted=eur(4990))
    assert lines(short) == {"own_sales:7": 4990, "till_difference:7": 10, "till:7:3": -5000}
    over = recipes.till_closed(7, TERMINAL, "till:1", expected=eur(0), counted=eur(10))
    assert lines(over) == {"own_sales:7": 10, "till_difference:7": -10}


def test_cash_moves_in_and_out_of_a_till() -> None:
    assert lines(recipes.till_moved(7, TILL, "1", eur(100))) == {
        "till:7:3": 100,
        "own_sales:7": -100,
    }
    assert lines(recipes.till_moved(7, TILL, "2", eur(-40))) == {"till:7:3": -40, "own_sales:7": 40}


@pytest.mark.parametrize("code", ["till:7", "till:7:0", "terminal:0:1", "own_sales:7:1"])
def test_a_till_has_an_organizer_and_a_device(code: str) -> None:
    assert not chart.is_known(code)
