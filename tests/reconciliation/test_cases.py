"""Each kind of difference: made real, found, mended with one click, closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from apps.audit.registry import all_checks
from apps.audit.run import look
from apps.ledger.models import Posting
from apps.orders.models import Order
from apps.orders.services.refund import refund_order
from apps.payments.gateways.base import Kind as Provider
from apps.payments.models import Payment, Refund
from apps.payments.polling import GIVE_UP
from apps.payments.services.capture import capture
from apps.payments.services.submit_refund import look_up_refund
from apps.reconciliation.kinds import Fix, Kind
from apps.reconciliation.models import BankTransfer, CaseAct
from apps.tickets.models import Ticket
from tests.buying import Buyer
from tests.factories.differing import DAY, Desk

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("provider", [Provider.STRIPE, Provider.PAYPAL])

LONG_AGO = 70 * 24 * 3600


def deeds(desk: Desk) -> list[tuple[str, str, str]]:
    acts = CaseAct.objects.order_by("pk")
    return [(act.deed, act.fix, act.outcome) for act in acts]


def charge_of(payment: Payment) -> str:
    return str(payment.ids.get("charge") or payment.ids["capture"])


@BOTH
def test_paid_at_the_provider_and_nobody_told_us(desk: Desk, provider: Provider) -> None:
    """The buyer closed the tab, every webhook was lost, and the poll had ended."""
    buyer = Buyer(desk.shop)
    payment = buyer.on_the_way_to_pay(provider)
    buyer.pays(payment)
    if provider == Provider.PAYPAL:  # there we take it ourselves: killed with the answer
        capture(payment)
    desk.looks()
    assert desk.open_cases() == [(Kind.PAID_WITHOUT_ORDER, 7600)]
    assert not Ticket.objects.exists()

    case = desk.accepts()
    assert (case.state, case.fix, case.closed_by) == ("closed", Fix.ASK, "user:7")
    assert Order.objects.get().state == "paid"
    assert Ticket.objects.count() == 2
    assert desk.agrees()
    assert deeds(desk) == [("accepted", "ask", ""), ("done", "ask", "")]


def test_money_that_bought_nothing_finishes_its_order(desk: Desk) -> None:
    payment = Buyer(desk.shop).on_the_way_to_pay(Provider.STRIPE)
    Buyer(desk.shop).pays_by_card_what_differs(payment, client_reference_id="TYPED-BY-HAND")
    Buyer(desk.shop).comes_back(payment)
    desk.looks()
    assert desk.open_cases() == [(Kind.PAID_WITHOUT_ORDER, 7600)]
    case = desk.accepts(Fix.FINISH, reason="seen at Stripe")
    assert case.state == "closed"
    assert Order.objects.get().state == "paid"
    assert desk.agrees()


def test_money_that_bought_nothing_goes_back(desk: Desk) -> None:
    payment = Buyer(desk.shop).on_the_way_to_pay(Provider.STRIPE)
    Buyer(desk.shop).pays_by_card_what_differs(payment, client_reference_id="TYPED-BY-HAND")
    Buyer(desk.shop).comes_back(payment)
    desk.looks()
    assert desk.accepts(Fix.SEND_BACK).state == "closed"
    assert Refund.objects.get().state == "succeeded"
    assert Order.objects.get().state != "paid"
    assert desk.agrees()


@BOTH
def test_an_order_whose_money_never_came(desk: Desk, provider: Provider) -> None:
    _order, payment = desk.sells(provider)
    desk.sandbox.do("lose_line", provider=provider, of=charge_of(payment))
    desk.looks()
    assert desk.open_cases() == [(Kind.ORDER_WITHOUT_MONEY, 7600)]
    case = desk.accepts()  # the provider still says it was paid
    assert (case.state, case.fix) == ("open", Fix.ASK)
    assert deeds(desk)[-1] == ("done", "ask", "still differs")

    assert desk.accepts(Fix.WRITE_OFF).state == "closed"
    assert desk.shop.balances()[f"loss:{provider}"] == 7600 - (payment.fee_minor or 0)
    assert f"clearing:{provider}" not in desk.shop.balances()
    assert desk.agrees()


@BOTH
def test_another_sum_than_we_booked(desk: Desk, provider: Provider) -> None:
    _order, payment = desk.sells(provider)
    desk.sandbox.do("restate", provider=provider, of=charge_of(payment), amount=-100)
    desk.looks()
    assert desk.open_cases() == [(Kind.AMOUNT_DIFFERS, -100)]
    assert desk.accepts().state == "closed"
    assert desk.shop.balances()[f"suspense:{provider}"] == 100
    assert desk.agrees()


def test_a_smaller_sum_that_bought_nothing_is_put_right_and_then_goes_back(desk: Desk) -> None:
    payment = Buyer(desk.shop).on_the_way_to_pay(Provider.STRIPE)
    Buyer(desk.shop).pays_by_card_what_differs(payment, amount_total=7000)
    Buyer(desk.shop).comes_back(payment)
    payment.refresh_from_db()
    desk.sandbox.do("restate", provider="stripe", of=charge_of(payment), amount=-600)
    desk.looks()
    assert desk.open_cases() == [(Kind.AMOUNT_DIFFERS, -600)]
    assert desk.accepts().state == "closed"
    assert desk.shop.balances()["unapplied:stripe"] == -7000
    desk.looks(DAY)
    assert desk.open_cases() == [(Kind.PAID_WITHOUT_ORDER, 7000)]
    assert (desk.case().fix, desk.accepts().state) == (Fix.SEND_BACK, "closed")
    assert Refund.objects.get().amount_minor == 7000
    assert desk.agrees()


@BOTH
def test_a_fee_that_was_corrected(desk: Desk, provider: Provider) -> None:
    _order, payment = desk.sells(provider)
    desk.sandbox.do("restate", provider=provider, of=charge_of(payment), fee=20)
    desk.looks()
    assert desk.open_cases() == [(Kind.FEE_DIFFERS, 20)]
    assert desk.accepts().state == "closed"
    fee = desk.shop.balances()[f"fee:provider:{provider}"]
    assert fee == (payment.fee_minor or 0) + 20
    assert desk.agrees()


def test_a_fee_that_stayed_unknown(desk: Desk) -> None:
    """Stripe made the line when we had stopped asking."""
    desk.sandbox.do("tune", settle_seconds=4 * 24 * 3600)
    _order, payment = desk.sells(Provider.STRIPE)
    assert payment.fee_minor is None
    desk.looks(5 * DAY)
    desk.looks(DAY)
    assert desk.open_cases() == [(Kind.FEE_UNKNOWN, 7600)]
    assert desk.accepts().state == "closed"
    payment.refresh_from_db()
    assert payment.fee_minor == desk.shop.balances()["fee:provider:stripe"] == 139
    assert desk.agrees()


@BOTH
def test_a_refund_made_in_the_dashboard(desk: Desk, provider: Provider) -> None:
    _order, payment = desk.sells(provider)
    desk.sandbox.do("refund_there", provider=provider, of=charge_of(payment), amount=3800)
    desk.looks()
    assert desk.open_cases() == [(Kind.REFUND_MISSING, 3800)]
    assert not Refund.objects.exists()
    case = desk.accepts()
    assert (case.state, case.fix) == ("closed", Fix.ADOPT)
    refund = Refund.objects.get()
    assert (refund.state, refund.amount_minor) == ("succeeded", 3800)
    assert desk.agrees()


@BOTH
def test_a_refund_that_the_provider_never_made(desk: Desk, provider: Provider) -> None:
    order, _payment = desk.sells(provider)
    refund_order(order, actor="user:1", reason="ill", at=now())
    desk.works()
    refund = Refund.objects.get()
    desk.sandbox.do("lose_line", provider=provider, of=refund.provider_id)
    desk.looks()
    assert desk.open_cases() == [(Kind.REFUND_MISSING, 7600)]
    assert desk.accepts().state == "open"
    assert desk.accepts(Fix.SUSPEND).state == "closed"
    assert desk.shop.balances()[f"suspense:{provider}"] == -7600
    assert desk.agrees()


def test_a_refund_without_funds_and_one_that_failed(desk: Desk) -> None:
    order, _payment = desk.sells(Provider.PAYPAL)
    desk.sandbox.do("plan_paypal_refund", outcome="INSUFFICIENT_FUNDS")
    refund = refund_order(order, actor="user:1", reason="ill", at=now())
    assert refund
    look_up_refund(refund, at=now())
    desk.looks(4 * DAY)
    assert desk.open_cases() == [(Kind.REFUND_MISSING, 7600)]
    assert desk.case().story["told"] == "stuck"

    desk.sandbox.do("plan_paypal_refund", outcome="INSUFFICIENT_FUNDS")
    look_up_refund(refund, at=now() + GIVE_UP + timedelta(hours=1))
    desk.looks(GIVE_UP)
    assert [kind for kind, _ in desk.open_cases()] == [Kind.REFUND_MISSING]
    assert (desk.case().story["told"], desk.case().fix) == ("failed", Fix.SEND_BACK)
    desk.sandbox.do("plan_paypal_refund", outcome="COMPLETED")
    assert desk.accepts().state == "closed"
    assert desk.agrees()


@BOTH
def test_a_refund_that_does_not_arrive(desk: Desk, provider: Provider) -> None:
    order, _payment = desk.sells(provider)
    desk.sandbox.do("tune", delayed_seconds=20 * DAY.total_seconds())
    outcome = "PENDING" if provider == Provider.PAYPAL else "pending"
    desk.sandbox.do(f"plan_{provider}_refund", outcome=outcome)
    refund_order(order, actor="user:1", reason="ill", at=now())
    desk.works()
    desk.looks(13 * DAY)
    assert desk.open_cases() == []
    desk.looks(2 * DAY)
    assert desk.open_cases() == [(Kind.REFUND_MISSING, 7600)]
    assert (desk.case().story["told"], desk.case().fix) == ("not_arrived", Fix.ASK)
    assert desk.accepts().state == "open"  # it is still on its way

    desk.looks(6 * DAY)
    assert desk.accepts().state == "closed"
    assert Refund.objects.get().state == "succeeded"
    assert desk.agrees()


@BOTH
def test_a_payout_of_another_sum(desk: Desk, provider: Provider) -> None:
    desk.connects(provider)
    desk.adds_funds(provider)
    desk.sells(provider)
    payout = desk.pays_out(provider)
    of = payout.ids["transfer"] if provider == Provider.STRIPE else payout.reference
    desk.looks(DAY)
    assert desk.open_cases() == []
    desk.sandbox.do("restate", provider=provider, of=of, amount=-50)
    desk.looks(timedelta(hours=12))
    assert desk.open_cases() == [(Kind.PAYOUT_DIFFERS, 50)]
    assert desk.accepts().state == "closed"
    assert desk.shop.balances()[f"suspense:{provider}"] == 50
    assert desk.agrees()
    assert [row for finding in look(all_checks()) for row in finding.rows] == []


@BOTH
def test_a_refund_of_another_sum(desk: Desk, provider: Provider) -> None:
    order, _payment = desk.sells(provider)
    refund_order(order, actor="user:1", reason="ill", at=now())
    desk.works()
    desk.sandbox.do("restate", provider=provider, of=Refund.objects.get().provider_id, amount=-100)
    desk.looks()
    assert desk.open_cases() == [(Kind.AMOUNT_DIFFERS, 100)]
    assert (desk.case().story["told"], desk.accepts().state) == ("refund", "closed")
    assert desk.shop.balances()[f"suspense:{provider}"] == 100
    assert desk.agrees()


@BOTH
@pytest.mark.parametrize(
    ("what", "fix", "account"),
    [
        ("payment", Fix.SUSPEND, "suspense"),
        ("fee", Fix.BOOK_FEE, "fee:provider"),
        ("other", Fix.WRITE_OFF, "loss"),
    ],
)
def test_money_that_no_row_explains(
    desk: Desk, provider: Provider, what: str, fix: Fix, account: str
) -> None:
    desk.sandbox.do("move_money", provider=provider, what=what, amount=-333)
    desk.looks()
    assert desk.open_cases() == [(Kind.UNKNOWN_MONEY, -333)]
    assert desk.accepts(fix).state == "closed"
    assert desk.shop.balances() == {f"{account}:{provider}": 333, f"clearing:{provider}": -333}
    assert desk.agrees()


def test_money_to_the_bank_is_booked_from_the_statement(desk: Desk) -> None:
    desk.sells(Provider.STRIPE)
    desk.sandbox.do("move_money", provider="stripe", what="bank", amount=-5000)
    desk.looks()
    assert desk.case().fix == Fix.BOOK_TRANSFER
    assert desk.accepts().state == "closed"
    assert BankTransfer.objects.get().amount_minor == 5000
    assert desk.shop.balances()["bank"] == 5000
    assert desk.agrees()


@BOTH
def test_a_balance_that_differs_as_a_whole(desk: Desk, provider: Provider) -> None:
    """Money was there before the first line that is read."""
    desk.sandbox.do("advance", seconds=-LONG_AGO)
    desk.sandbox.do("move_money", provider=provider, what="other", amount=1234)
    desk.sandbox.do("advance", seconds=LONG_AGO)
    desk.sells(provider)
    desk.looks(DAY)
    assert desk.open_cases() == []  # once may be chance
    desk.looks(DAY)
    assert desk.open_cases() == [(Kind.BALANCE_DIFFERS, 1234)]
    assert desk.accepts().state == "closed"
    assert desk.shop.balances()[f"suspense:{provider}"] == -1234
    assert Posting.objects.filter(kind="correction").count() == 1
    assert desk.agrees()
