"""Money that a provider holds in another currency than was asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.audit.run import look
from apps.core.money import Money
from apps.ledger import chart
from apps.ledger.balances import all_balances, balance
from apps.ledger.models import Posting
from apps.payments.gateways.base import Kind as Provider
from apps.payments.models import Refund
from apps.reconciliation.invariants import CHECKS
from apps.reconciliation.kinds import Fix, Kind
from apps.reconciliation.models import Case
from apps.reconciliation.words import story
from apps.trail.models import MoneyAct
from tests.buying import Buyer
from tests.factories.differing import DAY, Desk
from tests.reconciliation.test_cases import BOTH, charge_of

pytestmark = pytest.mark.django_db


@BOTH
def test_another_currency_than_we_booked(desk: Desk, provider: Provider) -> None:
    """The provider exchanged it: nothing of it is in euros there, the fee neither."""
    _order, payment = desk.sells(provider)
    desk.sandbox.do(
        "restate", provider=provider, of=charge_of(payment), amount=760, fee=11, currency="USD"
    )
    desk.looks()
    assert desk.open_cases() == [(Kind.AMOUNT_DIFFERS, 760)]
    case = desk.case()
    assert "We booked €76.00" in story(case)
    assert "says that $83.60 came" in story(case)
    assert (case.fix, desk.accepts().state) == (Fix.REBOOK, "closed")
    assert list(case.acts.values_list("deed", "fix")) == [
        ("accepted", "rebook"),
        ("done", "rebook"),
    ]
    act = MoneyAct.objects.about(case).get()
    assert (act.act, act.actor) == ("case.rebook", "user:7")

    fee = Money({Provider.STRIPE: 150, Provider.PAYPAL: 235}[provider], "USD")
    books = {code: money for (code, _), money in all_balances().items() if money.currency == "USD"}
    assert books == {
        f"clearing:{provider}": Money(8360, "USD") - fee,
        f"fee:provider:{provider}": fee,
        f"suspense:{provider}": Money(-8360, "USD"),
    }
    assert balance(chart.suspense(provider), "EUR") == Money(7600, "EUR")
    assert desk.agrees()
    assert [row for finding in look(CHECKS) for row in finding.rows] == []


def test_another_currency_closes_by_itself_when_the_statement_is_put_right(desk: Desk) -> None:
    _order, payment = desk.sells(Provider.STRIPE)
    for currency, cases in (("USD", 1), ("EUR", 0)):
        desk.sandbox.do("restate", provider="stripe", of=charge_of(payment), currency=currency)
        desk.looks(timedelta(hours=12))
        assert len(desk.open_cases()) == cases
    case = Case.objects.get()
    assert (case.kind, case.state, case.closed_by) == (Kind.AMOUNT_DIFFERS, "closed", "system")
    assert not Posting.objects.filter(kind="correction").exists()
    assert desk.agrees()


def test_exchanged_money_that_bought_nothing_goes_back_as_it_was_paid(desk: Desk) -> None:
    """A provider refunds what the buyer paid, whatever it made of that."""
    payment = Buyer(desk.shop).on_the_way_to_pay(Provider.STRIPE)
    Buyer(desk.shop).pays_by_card_what_differs(payment, client_reference_id="TYPED-BY-HAND")
    Buyer(desk.shop).comes_back(payment)
    payment.refresh_from_db()
    desk.sandbox.do("restate", provider="stripe", of=charge_of(payment), amount=760, currency="USD")
    desk.looks()
    assert (desk.case().fix, desk.accepts().state) == (Fix.REBOOK, "closed")
    assert balance(chart.unapplied("stripe"), "EUR") == Money(-7600, "EUR")
    assert balance(chart.unapplied("stripe"), "USD") == Money(0, "USD")

    desk.looks(DAY)
    assert desk.open_cases() == [(Kind.PAID_WITHOUT_ORDER, 7600)]
    assert desk.accepts(Fix.SEND_BACK).state == "closed"
    refund = Refund.objects.get()
    assert (refund.state, refund.amount) == ("succeeded", Money(7600, "EUR"))
    assert balance(chart.unapplied("stripe"), "EUR") == Money(0, "EUR")
    assert desk.agrees()
