"""What happens at once to an organizer's money, and what would happen without the locks."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import now

from apps.accounts.models import PayoutMethod
from apps.events.models import Event
from apps.ledger import balances, recipes
from apps.orders.services.refund import refund_order
from apps.payouts.models import Payout
from apps.payouts.services.approve import approve
from apps.payouts.services.propose import propose
from apps.payouts.services.release import release_due
from apps.payouts.services.send import send
from tests.factories.bank import Bank
from tests.factories.paying_out import book, minors, sell, sell_released
from tests.factories.selling import NOON, make_event, make_organizer, make_quota, make_variant
from tests.factories.world import buy
from tests.racing import run_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

RUNS = 4


def test_control_reading_before_posting_without_a_lock_pays_twice(
    event: Event, payee: PayoutMethod
) -> None:
    sell_released(event, 2000)
    both_have_read = Barrier(2)

    def careless_run(number: int) -> None:
        owed = balances.available(event.organizer_id, "paypal", "EUR")
        both_have_read.wait(timeout=10)
        book(recipes.payout_approved(event.organizer_id, "paypal", f"{number}", owed), "x")

    run_at_once(2, careless_run)
    assert minors()["payouts_in_transit:paypal"] == -3800


def test_runs_at_once_make_one_payout(event: Event, payee: PayoutMethod) -> None:
    sell_released(event, 2000)
    results = run_at_once(RUNS, lambda _: call_command("run_payouts", verbosity=0))
    assert [r for r in results if isinstance(r, Exception)] == []
    assert Payout.objects.count() == 1
    assert minors()["payouts_in_transit:paypal"] == -1900
    assert balances.available(event.organizer_id, "paypal", "EUR").minor == 0


def test_runs_at_once_that_also_send_never_pay_more_than_was_owed(
    event: Event, payee: PayoutMethod, bank: Bank
) -> None:
    """The unique constraint ends with the sending: from then on only the balance protects."""
    sell_released(event, 2000)

    def run(_number: int) -> None:
        for _ in range(3):
            if payout := propose(payee, "EUR", at=NOON):
                approve(payout, actor="system", at=NOON)
                send(payout, at=NOON)

    results = run_at_once(RUNS, run)
    assert [r for r in results if isinstance(r, Exception)] == []
    assert bank.balance_minor == 1_000_000 - 1900
    assert minors() == {"clearing:paypal": 100, "fee:platform": -100}


def test_workers_at_once_send_one_payout_once(
    event: Event, payee: PayoutMethod, bank: Bank
) -> None:
    sell_released(event, 2000)
    payout = propose(payee, "EUR", at=NOON)
    assert payout
    approve(payout, actor="system", at=NOON)
    results = run_at_once(RUNS, lambda _: send(Payout.objects.get(), at=NOON))
    assert [r for r in results if isinstance(r, Exception)] == []
    assert bank.balance_minor == 1_000_000 - 1900
    assert minors() == {"clearing:paypal": 100, "fee:platform": -100}


def test_a_proposal_waits_for_a_sale_that_is_just_being_booked(
    event: Event, payee: PayoutMethod
) -> None:
    """Its entries have lower ids than those already seen, and would be in no statement."""
    sell_released(event, 2000)
    halfway, seen = Barrier(2), Barrier(2)

    def work(number: int) -> Payout | None:
        if number == 0:
            with transaction.atomic():
                sell_released(event, 1000)
                halfway.wait(timeout=10)
                seen.wait(timeout=10)
            return None
        halfway.wait(timeout=10)
        sell_released(event, 4000)
        seen.wait(timeout=10)
        return propose(payee, "EUR", at=NOON)

    _, payout = run_at_once(2, work)
    assert isinstance(payout, Payout)
    assert payout.amount.minor == 1900 + 950 + 3800
    assert payout.payout_orders.count() == 3


def test_control_refund_and_release_without_the_order_s_lock_take_the_same_money(
    event: Event,
) -> None:
    order = sell(event, 2000)
    both_have_read = Barrier(2)

    def careless(number: int) -> None:
        pending = balances.pending_of(order.subject, event.organizer_id, "paypal", "EUR")
        both_have_read.wait(timeout=10)
        back = {"amount": order.total, "fee_back": order.fee, "pending": pending}
        draft = (
            recipes.refund_requested(event.organizer_id, "paypal", "refund:1", **back)
            if number
            else recipes.release(event.organizer_id, "paypal", f"order:{order.pk}", pending)
        )
        book(draft, order.subject)

    run_at_once(2, careless)
    assert balances.available(event.organizer_id, "paypal", "EUR").minor == 1900  # not ours to pay


def test_refund_and_release_at_once_take_the_money_once() -> None:
    event = make_event(make_organizer(), at=now())
    variant = make_variant(event)
    make_quota(event, 5, variant)
    order, _payment = buy(event, variant, 1, at=now())
    at = event.ends_at + timedelta(days=30)

    def work(number: int) -> None:
        if number:
            refund_order(order, actor="user:1", reason="ill", at=at)
        else:
            release_due(at=at)

    assert run_at_once(2, work) == [None, None]
    assert balances.pending_of(order.subject, event.organizer_id, "paypal", "EUR").minor == 0
    assert balances.available(event.organizer_id, "paypal", "EUR").minor == 0
    assert minors()["refunds_in_transit:paypal"] == -order.total_minor
