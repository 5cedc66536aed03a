from __future__ import annotations

import pytest

from apps.accounts.models import PayoutMethod
from apps.accounts.states import OrganizerState
from apps.core.money import Money
from apps.events.models import Event
from apps.ledger.models import Posting
from apps.payouts.models import Payout
from apps.payouts.services.payee import NotPayable
from apps.payouts.services.propose import propose, propose_all
from apps.payouts.states import PayoutState
from tests.factories.paying_out import refund, sell, sell_released
from tests.factories.selling import NOON, make_event, make_organizer, make_payable

pytestmark = pytest.mark.django_db


def marked(payout: Payout) -> list[int]:
    return sorted(payout.payout_orders.values_list("order_id", flat=True))


def test_it_is_exactly_what_is_available(event: Event, payee: PayoutMethod) -> None:
    first, second = sell_released(event, 2000), sell_released(event, 1000)
    sell(event, 5000)  # still pending
    payout = propose(payee, "EUR", at=NOON)
    assert payout
    assert payout.amount == Money(1900 + 950, "EUR")
    assert (payout.state, payout.destination) == (PayoutState.PROPOSED, "MERCHANT12345")
    assert marked(payout) == [first.pk, second.pk]
    assert not Posting.objects.filter(subject=payout.subject).exists()


def test_nothing_available_is_no_payout(event: Event, payee: PayoutMethod) -> None:
    sell(event)
    assert propose(payee, "EUR", at=NOON) is None
    assert not Payout.objects.exists()


def test_a_second_one_waits_for_the_first_to_be_sent(event: Event, payee: PayoutMethod) -> None:
    sell_released(event)
    assert propose(payee, "EUR", at=NOON)
    sell_released(event)
    assert propose(payee, "EUR", at=NOON) is None
    assert Payout.objects.count() == 1


def test_the_reserve_stays(event: Event, payee: PayoutMethod) -> None:
    event.organizer.payout_reserve_minor = 500
    event.organizer.save()
    sell_released(event, 2000)
    payout = propose(payee, "EUR", at=NOON)
    assert payout
    assert payout.amount == Money(1400, "EUR")


def test_a_refund_takes_from_it(event: Event, payee: PayoutMethod) -> None:
    order = sell_released(event, 2000)
    sell_released(event, 1000)
    refund(order, 2000, fee_back=100)
    payout = propose(payee, "EUR", at=NOON)
    assert payout
    assert payout.amount == Money(950, "EUR")


def test_an_organizer_who_owes_us_gets_nothing(event: Event, payee: PayoutMethod) -> None:
    order = sell_released(event, 2000)
    refund(order, 2000)  # the fee is kept: 1 euro short
    assert propose(payee, "EUR", at=NOON) is None


@pytest.mark.parametrize("field", ["payable", "destination"])
def test_who_cannot_be_paid_is_not(event: Event, payee: PayoutMethod, field: str) -> None:
    PayoutMethod.objects.update(**{field: "" if field == "destination" else False})
    sell_released(event)
    with pytest.raises(NotPayable):
        propose(payee, "EUR", at=NOON)
    assert not Payout.objects.exists()


def test_a_suspended_organizer_is_not_paid(event: Event, payee: PayoutMethod) -> None:
    sell_released(event)
    event.organizer.state = OrganizerState.SUSPENDED
    event.organizer.save()
    with pytest.raises(NotPayable, match="suspended"):
        propose(payee, "EUR", at=NOON)
    assert list(propose_all(at=NOON)) == []


def test_each_provider_pays_what_lies_there_each_currency_by_itself() -> None:
    event = make_event(make_organizer())
    make_payable(event.organizer, "paypal")
    make_payable(event.organizer, "stripe")
    other = make_event(make_organizer())
    make_payable(other.organizer, "paypal")
    sell_released(event, 2000, "paypal")
    sell_released(event, 3000, "stripe")
    sell_released(event, 4000, "stripe", currency="CHF")
    sell_released(other, 5000, "stripe")  # has no method there
    found = [(p.organizer, p.provider, p.amount) for p in propose_all(at=NOON)]
    assert found == [
        (event.organizer, "paypal", Money(1900, "EUR")),
        (event.organizer, "stripe", Money(3800, "CHF")),
        (event.organizer, "stripe", Money(2850, "EUR")),
    ]
    assert list(propose_all(at=NOON)) == []
