from __future__ import annotations

import pytest

from apps.accounts.models import PayoutMethod
from apps.core.transitions import IllegalTransition, LostRace
from apps.events.models import Event
from apps.outbox.models import Message
from apps.payouts.models import Payout
from apps.payouts.services.approve import OwedLess, approve
from apps.payouts.services.cancel import cancel
from apps.payouts.services.payee import NotPayable
from apps.payouts.services.propose import propose
from apps.payouts.states import PayoutState
from tests.factories.paying_out import minors, refund, sell_released
from tests.factories.selling import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def payout(event: Event, payee: PayoutMethod) -> Payout:
    sell_released(event, 2000)
    proposed = propose(payee, "EUR", at=NOON)
    assert proposed
    return proposed


def test_it_is_booked_out_of_what_is_owed_and_handed_to_the_worker(payout: Payout) -> None:
    approve(payout, actor="user:1", at=NOON)
    assert minors() == {
        "clearing:paypal": 2000,
        "fee:platform": -100,
        "payouts_in_transit:paypal": -1900,
    }
    message = Message.objects.get(topic="payout.approved")
    assert message.payload == {"id": payout.pk}
    assert payout.state == PayoutState.APPROVED


def test_it_goes_where_the_payee_says_by_then(payout: Payout, payee: PayoutMethod) -> None:
    PayoutMethod.objects.update(destination="OTHER12345678")
    approve(payout, actor="user:1", at=NOON)
    payout.refresh_from_db()
    assert payout.destination == "OTHER12345678"


def test_a_refund_in_between_stops_it(payout: Payout) -> None:
    refund(payout.payout_orders.get().order, 1000)
    with pytest.raises(OwedLess) as stopped:
        approve(payout, actor="user:1", at=NOON)
    assert stopped.value.owed.minor == 900
    payout.refresh_from_db()
    assert payout.state == PayoutState.PROPOSED
    assert "payouts_in_transit:paypal" not in minors()


def test_who_cannot_be_paid_any_more_is_not(payout: Payout) -> None:
    PayoutMethod.objects.update(payable=False)
    with pytest.raises(NotPayable):
        approve(payout, actor="user:1", at=NOON)
    assert "payouts_in_transit:paypal" not in minors()


def test_it_is_approved_once(payout: Payout) -> None:
    stale = Payout.objects.get()
    sell_released(payout.payout_orders.get().order.event, 9000)
    approve(payout, actor="user:1", at=NOON)
    with pytest.raises(LostRace):
        approve(stale, actor="user:2", at=NOON)
    with pytest.raises(IllegalTransition):
        approve(payout, actor="user:2", at=NOON)
    assert minors()["payouts_in_transit:paypal"] == -1900


def test_a_cancelled_proposal_frees_its_orders_for_the_next(
    payout: Payout, payee: PayoutMethod
) -> None:
    cancel(payout, actor="user:1", reason="wait for the sound engineer's bill", at=NOON)
    again = propose(payee, "EUR", at=NOON)
    assert again
    assert (again.amount, again.after_entry) == (payout.amount, 0)
    assert again.payout_orders.count() == 1


def test_cancelling_an_approved_one_owes_it_again(payout: Payout) -> None:
    approve(payout, actor="user:1", at=NOON)
    cancel(payout, actor="user:1", reason="wrong account", at=NOON)
    assert minors() == {
        "clearing:paypal": 2000,
        "fee:platform": -100,
        f"org:{payout.organizer_id}:available:paypal": -1900,
    }
