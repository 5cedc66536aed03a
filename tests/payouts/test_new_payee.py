"""An account that replaces another waits three days: in this time its owners can object."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import Organizer, PayoutMethod
from apps.events.models import Event
from apps.payouts.models import PayeeWaiver, Payout
from apps.payouts.services.approve import approve
from apps.payouts.services.connect import connect_paypal
from apps.payouts.services.payee import PAYEE_DELAY, PayeeTooNew
from apps.payouts.services.persons import NeedsTwoPersons, SamePerson
from apps.payouts.services.propose import propose, propose_all
from apps.payouts.services.send import send
from apps.payouts.services.waive_delay import NothingToWaive, ask_to_waive, confirm_waiver
from apps.trail.models import MoneyAct
from tests.factories.bank import Bank
from tests.factories.paying_out import minors, sell_released
from tests.factories.selling import NOON

pytestmark = pytest.mark.django_db

OLD, NEW = "ABCD234567XYZ", "EFGH234567XYZ"


@pytest.fixture
def organizer(event: Event, bank: Bank) -> Organizer:
    connect_paypal(event.organizer, OLD, actor="user:1", at=NOON)
    return event.organizer


def replace_account(organizer: Organizer) -> PayoutMethod:
    return connect_paypal(organizer, NEW, actor="user:1", at=NOON)


def test_the_first_account_is_paid_at_once(event: Event, organizer: Organizer) -> None:
    sell_released(event)
    method = PayoutMethod.objects.get()
    assert method.destination_since is None
    assert propose(method, "EUR", at=NOON)


def test_one_that_replaces_it_is_not_paid_for_three_days(
    event: Event, organizer: Organizer
) -> None:
    sell_released(event)
    method = replace_account(organizer)
    almost = NOON + PAYEE_DELAY - timedelta(seconds=1)
    for at in (NOON, almost):
        with pytest.raises(PayeeTooNew) as waits:
            propose(method, "EUR", at=at)
        assert waits.value.until == NOON + PAYEE_DELAY
    assert list(propose_all(at=almost)) == []
    assert not Payout.objects.exists()
    payout = propose(method, "EUR", at=NOON + PAYEE_DELAY)
    assert payout
    assert payout.destination == NEW


def test_a_change_after_the_proposal_stops_the_approval(event: Event, organizer: Organizer) -> None:
    sell_released(event)
    payout = propose(PayoutMethod.objects.get(), "EUR", at=NOON)
    assert payout
    replace_account(organizer)
    with pytest.raises(PayeeTooNew):
        approve(payout, actor="user:1", at=NOON)
    assert "payouts_in_transit:paypal" not in minors()


def test_what_was_approved_before_the_change_goes_where_it_was_approved_for(
    event: Event, organizer: Organizer, bank: Bank
) -> None:
    sell_released(event)
    payout = propose(PayoutMethod.objects.get(), "EUR", at=NOON)
    assert payout
    approve(payout, actor="user:1", at=NOON)
    replace_account(organizer)
    send(payout, at=NOON)
    assert bank.requests[0].items[0].destination == OLD


def test_changing_back_waits_again(event: Event, organizer: Organizer) -> None:
    sell_released(event)
    replace_account(organizer)
    later = NOON + timedelta(days=2)
    back = connect_paypal(organizer, OLD, actor="user:1", at=later)
    assert back.destination_since == later
    with pytest.raises(PayeeTooNew):
        propose(back, "EUR", at=NOON + PAYEE_DELAY)
    connect_paypal(organizer, OLD, actor="user:1", at=NOON + PAYEE_DELAY)  # no change: it goes on
    assert propose(back, "EUR", at=later + PAYEE_DELAY)


def test_two_operators_may_waive_it_for_this_account_alone(
    event: Event, organizer: Organizer
) -> None:
    sell_released(event)
    method = replace_account(organizer)
    waiver = ask_to_waive(method, reason="they called us", actor="user:8", at=NOON)
    with pytest.raises(PayeeTooNew):
        propose(method, "EUR", at=NOON)
    with pytest.raises(SamePerson):
        confirm_waiver(waiver, actor="user:8", at=NOON)
    with pytest.raises(NeedsTwoPersons):
        confirm_waiver(waiver, actor="system", at=NOON)
    with pytest.raises(NothingToWaive):
        ask_to_waive(method, reason="again", actor="user:9", at=NOON)
    confirm_waiver(waiver, actor="user:9", at=NOON)
    payout = propose(method, "EUR", at=NOON)
    assert payout
    assert payout.destination == NEW
    acts = MoneyAct.objects.filter(act__startswith="payee.").order_by("pk")
    assert [(a.act, a.actor, a.reason) for a in acts][-2:] == [
        ("payee.ask_to_waive", "user:8", "they called us"),
        ("payee.waive", "user:9", "they called us"),
    ]


def test_a_waiver_dies_with_the_next_change(event: Event, organizer: Organizer) -> None:
    sell_released(event)
    method = replace_account(organizer)
    waiver = ask_to_waive(method, reason="they called us", actor="user:8", at=NOON)
    later = NOON + timedelta(hours=1)
    thief = connect_paypal(organizer, "THIEF34567XYZ", actor="user:1", at=later)
    with pytest.raises(NothingToWaive):
        confirm_waiver(waiver, actor="user:9", at=later)
    with pytest.raises(PayeeTooNew):
        propose(thief, "EUR", at=later)


def test_what_does_not_wait_has_nothing_to_waive(organizer: Organizer) -> None:
    with pytest.raises(NothingToWaive):
        ask_to_waive(PayoutMethod.objects.get(), reason="x", actor="user:8", at=NOON)
    assert not PayeeWaiver.objects.exists()


def test_the_database_knows_that_two_are_two(organizer: Organizer) -> None:
    waiver = ask_to_waive(replace_account(organizer), reason="x", actor="user:8", at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayeeWaiver.objects.filter(pk=waiver.pk).update(confirmed_by="user:8", confirmed_at=NOON)
