from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from apps.accounts.models import Organizer, PayoutMethod
from apps.accounts.services.decide import approve as approve_organizer
from apps.accounts.services.decide import suspend
from apps.core.models import StateChange
from apps.core.money import Money
from apps.events.models import Event
from apps.outbox.models import Message
from apps.payments.gateways import errors
from apps.payments.gateways.base import Kind, PayoutItemView
from apps.payments.gateways.base import PayoutState as Told
from apps.payouts.models import Payout
from apps.payouts.services import resolve
from apps.payouts.services.apply import Contradiction
from apps.payouts.services.approve import approve
from apps.payouts.services.propose import propose
from apps.payouts.services.send import RESEND_WITHIN, NotNow, send
from apps.payouts.states import PayoutState
from tests.factories.bank import Bank, Killed
from tests.factories.paying_out import minors, sell_released
from tests.factories.selling import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=2)
SENT = {"clearing:paypal": 100, "fee:platform": -100}


@pytest.fixture
def payout(event: Event, payee: PayoutMethod) -> Payout:
    sell_released(event, 2000)
    proposed = propose(payee, "EUR", at=NOON)
    assert proposed
    approve(proposed, actor="user:1", at=NOON)
    return proposed


def owed_again(payout: Payout) -> dict[str, int]:
    available = f"org:{payout.organizer_id}:available:paypal"
    return {"clearing:paypal": 2000, "fee:platform": -100, available: -1900}


def topics() -> list[str]:
    return list(
        Message.objects.filter(topic__startswith="payout.")
        .order_by("id")
        .values_list("topic", flat=True)
    )


def test_the_organizer_gets_exactly_what_was_owed(payout: Payout, bank: Bank) -> None:
    sent = send(payout, at=NOON)
    assert (sent.state, sent.ids) == (PayoutState.PAID, {"item": f"I-{payout.reference}"})
    (request,) = bank.requests
    (item,) = request.items
    assert (item.destination, item.amount) == ("MERCHANT12345", Money(1900, "EUR"))
    assert (request.batch, item.reference) == (payout.reference, payout.reference)
    assert minors() == SENT
    assert topics() == ["payout.approved", "payout.paid"]
    assert (sent.next_poll_at, sent.outcome_unknown) == (None, False)


def test_its_states_leave_a_trace(payout: Payout, bank: Bank) -> None:
    send(payout, at=NOON)
    trace = StateChange.objects.filter(subject="payouts.payout", subject_id=payout.pk)
    assert list(trace.order_by("id").values_list("target", "actor")) == [
        ("approved", "user:1"),
        ("sending", "system"),
        ("in_transit", "provider:paypal"),
        ("paid", "provider:paypal"),
    ]


def test_sending_twice_pays_once(payout: Payout, bank: Bank) -> None:
    send(payout, at=NOON)
    send(payout, at=LATER)
    assert len(bank.requests) == 1
    assert minors() == SENT


def test_the_fee_is_ours(payout: Payout, bank: Bank) -> None:
    bank.fee_minor = 25
    assert send(payout, at=NOON).fee == Money(25, "EUR")
    assert minors() == {**SENT, "clearing:paypal": 75, "fee:payout:paypal": 25}


def test_a_refusal_owes_it_again_and_the_next_run_proposes_it(
    payout: Payout, payee: PayoutMethod, bank: Bank
) -> None:
    bank.before = errors.Declined("RECEIVER_UNREGISTERED")
    sent = send(payout, at=NOON)
    assert (sent.state, sent.problem) == (PayoutState.FAILED, "RECEIVER_UNREGISTERED")
    assert minors() == owed_again(payout)
    assert topics() == ["payout.approved", "payout.failed"]
    again = propose(payee, "EUR", at=NOON)
    assert again
    assert again.amount == payout.amount
    assert again.payout_orders.count() == 1


def test_it_waits_while_the_balance_at_the_provider_is_too_small(
    payout: Payout, bank: Bank
) -> None:
    bank.balance_minor = 1899
    with pytest.raises(NotNow):
        send(payout, at=NOON)
    payout.refresh_from_db()
    assert (payout.state, payout.problem) == (PayoutState.APPROVED, "insufficient funds: 18.99")
    assert bank.requests == []
    bank.balance_minor = 1900
    assert send(payout, at=LATER).state == PayoutState.PAID


def test_it_waits_while_its_organizer_is_suspended(payout: Payout, bank: Bank) -> None:
    """Found out after it was approved, and before the balance covered it."""
    organizer = Organizer.objects.get(pk=payout.organizer_id)
    suspend(organizer, reason="no such concert", actor="user:1", at=NOON)
    with pytest.raises(NotNow):
        send(payout, at=NOON)
    payout.refresh_from_db()
    assert (payout.state, payout.problem) == (PayoutState.APPROVED, "organizer suspended")
    assert bank.requests == []
    approve_organizer(organizer, actor="user:1", at=NOON)
    assert send(payout, at=LATER).state == PayoutState.PAID


def test_an_unknown_outcome_is_asked_again_with_the_same_request(
    payout: Payout, bank: Bank
) -> None:
    bank.after = errors.OutcomeUnknown("timeout")
    with pytest.raises(errors.OutcomeUnknown):
        send(payout, at=NOON)
    payout.refresh_from_db()
    assert (payout.state, payout.outcome_unknown) == (PayoutState.SENDING, True)
    payout.organizer.language = "en"  # what might change the words of the request
    payout.organizer.save()
    assert send(payout, at=LATER).state == PayoutState.PAID
    assert bank.requests[0] == bank.requests[1]
    assert minors() == SENT
    assert bank.balance_minor == 1_000_000 - 1900


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_around_the_call_it_is_paid_once(payout: Payout, bank: Bank, when: str) -> None:
    setattr(bank, when, Killed())
    with pytest.raises(Killed):
        send(payout, at=NOON)
    assert send(payout, at=LATER).state == PayoutState.PAID
    assert bank.balance_minor == 1_000_000 - 1900
    assert minors() == SENT


@dataclass(frozen=True)
class Deadly(PayoutItemView):
    """Reading its fee, the last thing that is applied, ends the process."""

    def __getattribute__(self, name: str) -> object:
        if name == "fee":
            raise Killed
        return super().__getattribute__(name)


def test_killed_while_the_answer_is_written_it_is_booked_once(
    payout: Payout, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as once:
        once.setattr(bank, "_view", lambda batch: Deadly(batch, Told.PAID, {}, payout.amount))
        with pytest.raises(Killed):
            send(payout, at=NOON)
    payout.refresh_from_db()
    assert payout.state == PayoutState.SENDING
    assert "payout.paid" not in topics()
    assert send(payout, at=LATER).state == PayoutState.PAID
    assert minors() == SENT
    assert topics() == ["payout.approved", "payout.paid"]


def test_another_amount_is_not_believed(payout: Payout, bank: Bank) -> None:
    bank.after = Killed()
    with pytest.raises(Killed):
        send(payout, at=NOON)
    sent = bank.sent[payout.reference]
    bank.sent[payout.reference] = replace(sent, amount=Money(190000, "EUR"))
    with pytest.raises(Contradiction):
        send(payout, at=LATER)
    payout.refresh_from_db()
    assert payout.state == PayoutState.SENDING


def unresolved(payout: Payout, bank: Bank) -> None:
    """Killed after the provider paid, and found again too late to ask with the same key."""
    bank.after = Killed()
    with pytest.raises(Killed):
        send(payout, at=NOON)
    send(payout, at=NOON + RESEND_WITHIN[Kind.PAYPAL] + timedelta(seconds=1))
    payout.refresh_from_db()


def test_too_late_to_ask_again_a_person_must_look(payout: Payout, bank: Bank) -> None:
    unresolved(payout, bank)
    assert len(bank.requests) == 1
    assert (payout.state, payout.outcome_unknown) == (PayoutState.SENDING, True)
    assert payout.next_poll_at is None
    assert "look at the provider" in payout.problem


def test_a_person_finds_it_at_the_provider(payout: Payout, bank: Bank) -> None:
    unresolved(payout, bank)
    with pytest.raises(errors.NotFound):
        resolve.found(payout, {"item": "I-OTHER"}, actor="user:1", at=LATER)
    item = {"item": f"I-{payout.reference}"}
    assert resolve.found(payout, item, actor="user:1", at=LATER).state == PayoutState.PAID
    assert minors() == SENT


def test_a_person_finds_nothing_at_the_provider(payout: Payout, bank: Bank) -> None:
    unresolved(payout, bank)
    resolve.not_found(payout, actor="user:1", reason="no such batch", at=LATER)
    payout.refresh_from_db()
    assert (payout.state, payout.outcome_unknown) == (PayoutState.FAILED, False)
    assert minors() == owed_again(payout)
