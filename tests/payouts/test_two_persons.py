"""Above an amount it takes two persons, whichever way somebody tries."""

from __future__ import annotations

from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from apps.accounts.models import PayoutMethod
from apps.core.models import StateChange
from apps.core.transitions import LostRace
from apps.events.models import Event
from apps.outbox.models import Message
from apps.payouts.models import Payout
from apps.payouts.services.approve import OwedLess, approve
from apps.payouts.services.cancel import cancel
from apps.payouts.services.persons import NeedsTwoPersons, SamePerson
from apps.payouts.services.propose import propose
from apps.payouts.states import PayoutState
from apps.trail.models import MoneyAct
from tests.factories.paying_out import minors, sell_released
from tests.factories.selling import NOON
from tests.racing import run_at_once

pytestmark = pytest.mark.django_db

LIMIT = 1900


@pytest.fixture(autouse=True)
def limit(settings: Any) -> None:
    settings.PAYOUT_TWO_PERSONS_ABOVE = {"EUR": LIMIT}


def proposed(event: Event, payee: PayoutMethod, *, by: str = "system", minor: int = 4000) -> Payout:
    sell_released(event, minor)
    payout = propose(payee, "EUR", at=NOON, actor=by)
    assert payout
    return payout


def test_up_to_the_amount_one_person_or_the_command_is_enough(
    event: Event, payee: PayoutMethod
) -> None:
    payout = proposed(event, payee, minor=2000)
    assert (payout.amount_minor, payout.two_persons) == (LIMIT, False)
    approve(payout, actor="system", at=NOON)
    assert payout.state == PayoutState.APPROVED


def test_of_what_the_command_proposed_two_approve(event: Event, payee: PayoutMethod) -> None:
    payout = proposed(event, payee)
    approve(payout, actor="user:1", at=NOON)
    assert payout.state == PayoutState.ENDORSED
    assert "payouts_in_transit:paypal" not in minors()
    assert not Message.objects.filter(topic="payout.approved").exists()
    with pytest.raises(SamePerson):
        approve(payout, actor="user:1", at=NOON)
    approve(payout, actor="user:2", at=NOON)
    assert minors()["payouts_in_transit:paypal"] == -3800
    trace = StateChange.objects.filter(subject="payouts.payout").order_by("pk")
    assert [(c.target, c.actor) for c in trace] == [
        ("endorsed", "user:1"),
        ("approved", "user:2"),
    ]
    acts = MoneyAct.objects.about(payout).order_by("pk")
    assert [(a.act, a.actor) for a in acts] == [
        ("payout.propose", "system"),
        ("payout.endorse", "user:1"),
        ("payout.approve", "user:2"),
    ]


def test_who_proposed_is_one_of_the_two(event: Event, payee: PayoutMethod) -> None:
    payout = proposed(event, payee, by="user:1")
    with pytest.raises(SamePerson):
        approve(payout, actor="user:1", at=NOON)
    assert payout.state == PayoutState.PROPOSED
    approve(payout, actor="user:2", at=NOON)
    assert payout.state == PayoutState.APPROVED


@pytest.mark.parametrize("actor", ["system", "key:3", "device:4"])
def test_a_program_is_no_person(event: Event, payee: PayoutMethod, actor: str) -> None:
    payout = proposed(event, payee, by="user:1")
    with pytest.raises(NeedsTwoPersons):
        approve(payout, actor=actor, at=NOON)
    assert "payouts_in_transit:paypal" not in minors()


def test_the_command_leaves_it_to_people_and_they_are_told(
    event: Event, payee: PayoutMethod
) -> None:
    sell_released(event, 4000)
    out = StringIO()
    call_command("run_payouts", stdout=out)
    assert out.getvalue().startswith("waits ")
    assert Payout.objects.get().state == PayoutState.PROPOSED
    assert Message.objects.get(topic="payout.waits").payload["first"] == "system"
    call_command("run_payouts", stdout=StringIO())
    assert Payout.objects.count() == 1


def test_a_limit_set_later_counts_for_what_waits(
    event: Event, payee: PayoutMethod, settings: Any
) -> None:
    settings.PAYOUT_TWO_PERSONS_ABOVE = {}
    payout = proposed(event, payee)
    settings.PAYOUT_TWO_PERSONS_ABOVE = {"EUR": LIMIT}
    approve(payout, actor="user:1", at=NOON)
    assert payout.state == PayoutState.ENDORSED
    settings.PAYOUT_TWO_PERSONS_ABOVE = {}  # and one taken away frees nothing
    with pytest.raises(SamePerson):
        approve(payout, actor="user:1", at=NOON)


def test_what_waits_for_a_second_person_can_be_cancelled(event: Event, payee: PayoutMethod) -> None:
    payout = proposed(event, payee)
    approve(payout, actor="user:1", at=NOON)
    cancel(payout, actor="user:1", reason="a mistake", at=NOON)
    assert minors()[f"org:{event.organizer_id}:available:paypal"] == -3800
    again = propose(payee, "EUR", at=NOON)
    assert again
    assert again.endorsed_by == ""


@pytest.mark.parametrize(
    "who",
    [
        {"approved_by": "system", "endorsed_by": "user:1"},
        {"approved_by": "user:1", "endorsed_by": "user:1"},
        {"approved_by": "user:1", "proposed_by": "user:1"},
        {"approved_by": "user:1", "endorsed_by": ""},
    ],
)
def test_the_database_says_it_too(event: Event, payee: PayoutMethod, who: dict[str, str]) -> None:
    payout = proposed(event, payee)
    with pytest.raises(IntegrityError, match="payout_two_persons"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(state="approved", **who)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_first_persons_at_once_are_one(event: Event, payee: PayoutMethod) -> None:
    """Each read that nobody had decided; only one of them counts, and the other is told."""
    payout = proposed(event, payee)
    stale = [Payout.objects.get(pk=payout.pk) for _ in range(4)]
    results = run_at_once(4, lambda n: approve(stale[n], actor=f"user:{n}", at=NOON))
    assert sorted(type(r).__name__ for r in results) == ["LostRace"] * 3 + ["NoneType"]
    payout.refresh_from_db()
    assert payout.state == PayoutState.ENDORSED
    assert isinstance(next(r for r in results if r), LostRace)
    assert "payouts_in_transit:paypal" not in minors()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_person_twice_at_once_is_no_second_person(event: Event, payee: PayoutMethod) -> None:
    payout = proposed(event, payee)
    stale = [Payout.objects.get(pk=payout.pk) for _ in range(4)]
    results = run_at_once(4, lambda n: approve(stale[n], actor="user:1", at=NOON))
    assert results.count(None) == 1
    payout.refresh_from_db()
    assert (payout.state, payout.endorsed_by, payout.approved_by) == ("endorsed", "user:1", "")
    assert "payouts_in_transit:paypal" not in minors()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_second_persons_at_once_approve_it_once(event: Event, payee: PayoutMethod) -> None:
    payout = proposed(event, payee)
    approve(payout, actor="user:9", at=NOON)
    stale = [Payout.objects.get(pk=payout.pk) for _ in range(4)]
    results = run_at_once(4, lambda n: approve(stale[n], actor=f"user:{n}", at=NOON))
    lost = [r for r in results if isinstance(r, (LostRace, OwedLess))]
    assert (results.count(None), len(lost)) == (1, 3)
    assert minors()["payouts_in_transit:paypal"] == -3800
    assert Payout.objects.get().endorsed_by == "user:9"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_control_writing_what_was_read_lets_two_first_persons_decide_alone(
    event: Event, payee: PayoutMethod
) -> None:
    """Each overwrites the other, and both believe that a second person is still to come."""
    payout = proposed(event, payee)
    both_have_read = Barrier(2)

    def careless(number: int) -> str:
        read = Payout.objects.get(pk=payout.pk)
        both_have_read.wait(timeout=10)
        if read.state == PayoutState.PROPOSED:
            read.state, read.endorsed_by = PayoutState.ENDORSED, f"user:{number}"
            read.save()
        return read.endorsed_by

    assert run_at_once(2, careless) == ["user:0", "user:1"]
    assert Payout.objects.get().endorsed_by in {"user:0", "user:1"}
