from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from apps.core.models import StateChange
from apps.core.money import Money
from apps.ledger.balances import all_balances
from apps.ledger.models import Posting
from apps.payments.gateways.base import Attempt, Kind
from apps.payments.models import Payment
from apps.payments.services.apply import Applied, apply
from apps.payments.states import PAYMENT_TRANSITIONS, PaymentState
from tests.paying import NOON, opened
from tests.racing import run_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(db: None) -> Payment:
    return opened(Kind.PAYPAL, at=NOON)


def snapshot(payment: Payment, state: PaymentState = PaymentState.CAPTURED) -> Attempt:
    return Attempt(
        state=state,
        ids={"order": "5O", "capture": "3C"},
        total=payment.amount,
        reference=payment.reference,
        fee=Money(135, "EUR") if state is PaymentState.CAPTURED else None,
        captured_at=NOON if state is PaymentState.CAPTURED else None,
    )


def applied(payment: Payment, attempt: Attempt) -> Applied:
    with transaction.atomic():
        return apply(payment.pk, attempt, at=NOON)


def balances() -> dict[str, int]:
    return {code: money.minor for (code, _), money in all_balances().items() if money}


@pytest.mark.parametrize("told", [s for s in PaymentState if s != PaymentState.CREATED])
@pytest.mark.parametrize("known", list(PaymentState))
def test_states_only_move_on(payment: Payment, known: PaymentState, told: PaymentState) -> None:
    Payment.objects.filter(pk=payment.pk).update(state=known)
    result = applied(payment, snapshot(payment, told))
    moves = told in PAYMENT_TRANSITIONS.get(known, ())
    assert result.before == known
    assert result.payment.state == (told if moves else known)
    assert StateChange.objects.count() == (1 if moves else 0)


def test_a_captured_payment_knows_what_it_needs(payment: Payment) -> None:
    done = applied(payment, snapshot(payment)).payment
    done.refresh_from_db()
    assert (done.state, done.captured_at, done.fee_minor) == (PaymentState.CAPTURED, NOON, 135)
    assert (done.provider_id, done.ids) == ("5O", {"order": "5O", "capture": "3C"})
    assert (done.needs_review, done.next_poll_at) == (False, None)
    assert balances() == {"fee:provider:paypal": 135, "clearing:paypal": -135}


def test_a_second_page_of_the_attempt_does_not_take_the_place_of_the_first(
    payment: Payment,
) -> None:
    """One click's failure has raised the key while another click's answer was under way."""
    first = Attempt(PaymentState.AWAITING_BUYER, {"order": "1A"}, redirect_url="https://pay/1A")
    second = Attempt(PaymentState.AWAITING_BUYER, {"order": "2B"}, redirect_url="https://pay/2B")
    applied(payment, first)

    shown = applied(payment, second).payment

    shown.refresh_from_db()
    assert (shown.ids, shown.provider_id) == ({"order": "1A"}, "1A")
    assert shown.redirect_url == "https://pay/1A"  # nobody ever sees the other
    assert StateChange.objects.count() == 1


def test_the_same_snapshot_again_books_nothing_more(payment: Payment) -> None:
    for _ in range(3):
        applied(payment, snapshot(payment))
    assert Posting.objects.count() == 1


def test_a_fee_that_is_told_later_is_booked_then(payment: Payment) -> None:
    without = replace(snapshot(payment), fee=None)
    waiting = applied(payment, without).payment
    assert (waiting.fee_minor, balances()) == (None, {})
    assert waiting.next_poll_at == NOON + timedelta(minutes=1)
    applied(payment, snapshot(payment))
    assert balances() == {"fee:provider:paypal": 135, "clearing:paypal": -135}


def test_a_fee_in_another_currency_is_left_to_a_person(payment: Payment) -> None:
    result = applied(payment, replace(snapshot(payment), fee=Money(135, "USD")))
    assert (result.payment.fee_minor, balances()) == (None, {})


@pytest.mark.parametrize(
    "difference",
    [
        {"total": Money(3999, "EUR")},
        {"total": Money(4000, "USD")},
        {"reference": "SOMEBODY-ELSE"},
    ],
)
def test_what_differs_from_our_row_needs_a_look(
    payment: Payment, difference: dict[str, Any]
) -> None:
    result = applied(payment, replace(snapshot(payment), **difference))
    assert (result.payment.state, result.payment.needs_review) == ("captured", True)


def test_a_refused_capture_keeps_the_state_says_why_and_gets_a_new_key(payment: Payment) -> None:
    applied(payment, snapshot(payment, PaymentState.APPROVED))
    refused = Attempt(
        PaymentState.AWAITING_BUYER,
        {"order": "5O"},
        redirect_url="https://www.paypal.com/checkoutnow?token=5O",
        reason="INSTRUMENT_DECLINED",
    )
    after = applied(payment, refused).payment
    assert (after.state, after.reason, after.attempt) == ("approved", "INSTRUMENT_DECLINED", 2)
    assert after.redirect_url == "https://www.paypal.com/checkoutnow?token=5O"
    # The buyer comes back by the return page; asking every minute would only be refused again.
    assert after.next_poll_at == after.pay_by + timedelta(seconds=20)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_webhook_return_page_and_poll_at_once_are_one_change() -> None:
    payment = opened(Kind.PAYPAL, at=NOON)
    results = run_at_once(8, lambda _: applied(payment, snapshot(payment)).before)
    assert sorted(str(r) for r in results) == ["captured"] * 7 + ["created"]
    assert StateChange.objects.filter(subject="payments.payment").count() == 1
    assert Posting.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_several_believe_to_be_first() -> None:
    payment = opened(Kind.PAYPAL, at=NOON)

    def unguarded(_: int) -> str:
        seen = Payment.objects.get(pk=payment.pk).state
        Payment.objects.filter(pk=payment.pk).update(state=PaymentState.CAPTURED)
        return seen

    for _ in range(20):
        Payment.objects.filter(pk=payment.pk).update(state=PaymentState.CREATED)
        if run_at_once(8, unguarded).count("created") > 1:
            return
    pytest.fail("the race did not happen in 20 rounds")
