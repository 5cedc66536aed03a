"""What became of a payout that was sent, as the provider tells it over days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from apps.accounts.models import PayoutMethod
from apps.core.money import Money
from apps.events.models import Event
from apps.outbox.models import Message
from apps.payments.gateways import errors
from apps.payments.gateways.base import PayoutState as Told
from apps.payouts.models import Payout
from apps.payouts.services.apply import Contradiction
from apps.payouts.services.approve import approve
from apps.payouts.services.look import look, look_at_due
from apps.payouts.services.propose import propose
from apps.payouts.services.send import send
from apps.payouts.services.take_back import NotUndoable, take_back
from apps.payouts.states import PayoutState
from apps.payouts.tasks import look_task
from tests.factories.bank import Bank
from tests.factories.paying_out import minors, sell_released
from tests.factories.selling import NOON, make_event, make_organizer, make_payable

pytestmark = pytest.mark.django_db


@pytest.fixture
def payout(event: Event, payee: PayoutMethod, bank: Bank) -> Payout:
    return sent(event, payee, bank)


def sent(event: Event, payee: PayoutMethod, bank: Bank) -> Payout:
    """Accepted by the provider, and on its way."""
    sell_released(event, 2000)
    proposed = propose(payee, "EUR", at=NOON)
    assert proposed
    approve(proposed, actor="user:1", at=NOON)
    bank.becomes = Told.IN_TRANSIT
    return send(proposed, at=NOON)


def told(payout: Payout, bank: Bank, *states: Told) -> Payout:
    for days, state in enumerate(states):
        bank.turns(payout.reference, state, reason="SOME_REASON")
        payout = look(payout, at=NOON + timedelta(days=days))
        payout = look(payout, at=NOON + timedelta(days=days))  # twice is once
    return payout


IN_TRANSIT = {"clearing:paypal": 2000, "fee:platform": -100, "payouts_in_transit:paypal": -1900}
OUT = {"clearing:paypal": 100, "fee:platform": -100}
BACK = {"clearing:paypal": 2000, "fee:platform": -100, "available": -1900}


@pytest.mark.parametrize(
    ("story", "end", "books", "facts"),
    [
        ((), "in_transit", IN_TRANSIT, []),
        ((Told.PAID,), "paid", OUT, ["paid"]),
        ((Told.HELD, Told.PAID), "paid", OUT, ["paid"]),
        ((Told.UNCLAIMED,), "unclaimed", OUT, ["unclaimed"]),
        ((Told.UNCLAIMED, Told.PAID), "paid", OUT, ["unclaimed", "paid"]),
        ((Told.UNCLAIMED, Told.RETURNED), "returned", BACK, ["unclaimed", "returned"]),
        ((Told.HELD, Told.FAILED), "returned", BACK, ["returned"]),
        ((Told.RETURNED,), "returned", BACK, ["returned"]),
        ((Told.FAILED,), "failed", BACK, ["failed"]),
        ((Told.PAID, Told.RETURNED), "returned", BACK, ["paid", "returned"]),
        ((Told.PAID, Told.IN_TRANSIT), "paid", OUT, ["paid"]),  # an old answer, late
        ((Told.UNCLAIMED, Told.HELD), "unclaimed", OUT, ["unclaimed"]),
    ],
)
def test_every_way_it_can_go(
    payout: Payout,
    bank: Bank,
    story: tuple[Told, ...],
    end: str,
    books: dict[str, int],
    facts: list[str],
) -> None:
    assert told(payout, bank, *story).state == end
    available = f"org:{payout.organizer_id}:available:paypal"
    assert minors() == {code.replace("available", available): n for code, n in books.items()}
    messages = Message.objects.filter(topic__startswith="payout.").order_by("id")
    assert [m.topic for m in messages] == ["payout.approved", *(f"payout.{f}" for f in facts)]


def test_paid_after_it_failed_cannot_be_and_is_said_aloud(payout: Payout, bank: Bank) -> None:
    told(payout, bank, Told.FAILED)
    bank.turns(payout.reference, Told.PAID)
    with pytest.raises(Contradiction):
        look(Payout.objects.get(), at=NOON)
    assert Payout.objects.get().state == PayoutState.FAILED


def test_an_unclaimed_one_can_be_taken_back(payout: Payout, bank: Bank) -> None:
    with pytest.raises(NotUndoable):
        take_back(payout, actor="user:1", at=NOON)
    told(payout, bank, Told.UNCLAIMED)
    assert take_back(Payout.objects.get(), actor="user:1", at=NOON).state == PayoutState.RETURNED
    assert minors()[f"org:{payout.organizer_id}:available:paypal"] == -1900


def test_it_is_looked_at_often_at_first_and_daily_later(payout: Payout) -> None:
    ages = [timedelta(0), timedelta(minutes=10), timedelta(days=2), timedelta(days=40)]
    pauses = []
    for age in ages:
        looked = look(payout, at=NOON + age)
        assert looked.next_poll_at
        pauses.append(looked.next_poll_at - NOON - age)
    assert pauses == [
        timedelta(minutes=1),
        timedelta(minutes=15),
        timedelta(days=1),
        timedelta(days=7),
    ]


def test_the_task_looks_at_those_that_are_due_and_goes_on_after_trouble(
    payout: Payout, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    Payout.objects.update(next_poll_at=NOON)
    bank.turns(payout.reference, Told.PAID)
    with monkeypatch.context() as down:
        down.setattr(bank, "fetch", lambda *_: (_ for _ in ()).throw(errors.Unavailable("down")))
        look_task()
    payout.refresh_from_db()
    assert payout.state == PayoutState.IN_TRANSIT
    assert payout.next_poll_at
    assert payout.next_poll_at > NOON
    Payout.objects.update(next_poll_at=NOON)
    look_task()
    done = Payout.objects.get()
    assert (done.state, done.next_poll_at) == (PayoutState.PAID, None)


def test_one_that_is_contradicted_keeps_nobody_else_waiting(payout: Payout, bank: Bank) -> None:
    other = make_event(make_organizer())
    second = sent(other, make_payable(other.organizer), bank)
    bank.sent[payout.reference] = replace(bank.sent[payout.reference], amount=Money(1, "EUR"))
    bank.turns(second.reference, Told.PAID)
    later = NOON + timedelta(minutes=2)
    assert look_at_due(at=later) == 2
    second.refresh_from_db()
    assert second.state == PayoutState.PAID
    payout.refresh_from_db()
    assert (payout.state, payout.amount_minor) == (PayoutState.IN_TRANSIT, 1900)
    assert (payout.next_poll_at or later) > later
    assert "instead of" in payout.problem
