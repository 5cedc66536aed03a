"""Each check is given a broken payout and finds it."""

from __future__ import annotations

import pytest
from django.db import connection

from apps.accounts.models import PayoutMethod
from apps.core.invariants import offenders
from apps.events.models import Event
from apps.payments.gateways.base import PayoutState as Told
from apps.payouts.invariants import BOOKED, CHECKS
from apps.payouts.models import Payout
from apps.payouts.services.approve import approve
from apps.payouts.services.propose import propose
from apps.payouts.services.send import send
from apps.payouts.states import PayoutState
from tests.factories.bank import Bank
from tests.factories.paying_out import sell_released
from tests.factories.selling import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def payout(event: Event, payee: PayoutMethod, bank: Bank) -> Payout:
    bank.becomes, bank.fee_minor = Told.UNCLAIMED, 25
    sell_released(event, 2000)
    proposed = propose(payee, "EUR", at=NOON)
    assert proposed
    approve(proposed, actor="user:1", at=NOON)
    return send(proposed, at=NOON)


def found() -> dict[str, list[str]]:
    everything = {check.name: list(offenders(check)) for check in CHECKS}
    return {name: rows for name, rows in everything.items() if rows}


def test_every_state_says_what_must_be_booked() -> None:
    assert {*BOOKED, "cancelled"} == set(PayoutState.values)


def test_a_payout_as_it_should_be_breaks_nothing(payout: Payout) -> None:
    assert found() == {}


def test_a_state_without_its_posting_is_found(payout: Payout) -> None:
    Payout.objects.update(state=PayoutState.RETURNED)
    assert found() == {
        "the books say of a payout what its state says": [
            f"payout {payout.reference} is returned, booked: approved sent"
        ]
    }


def test_a_cancelled_one_that_stays_booked_is_found(payout: Payout) -> None:
    Payout.objects.update(state=PayoutState.CANCELLED)
    assert list(found()) == ["the books say of a payout what its state says"]


def test_another_amount_than_booked_is_found(payout: Payout) -> None:
    Payout.objects.update(amount_minor=1899)
    assert found() == {
        "a posting of a payout is of its amount": [
            f"payout {payout.reference}: payout_approved:payout:{payout.pk} of 1900",
            f"payout {payout.reference}: payout_sent:payout:{payout.pk} of 1900",
        ]
    }


def test_more_than_was_owed_is_found(payout: Payout) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE ledger_entry SET amount_minor = -1800 WHERE amount_minor = -1900")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert found()["a payout is no more than was owed when it was proposed"] == [
        f"payout {payout.reference}: 1900 of 1800 owed"
    ]


def test_the_same_entries_paid_twice_are_found(payout: Payout) -> None:
    twin = Payout.objects.get()
    twin.pk, twin.reference, twin.state = None, "TWIN", PayoutState.PAID
    twin.save()
    assert found()["nothing is paid out twice: living payouts account for different entries"] == [
        f"payouts {payout.reference} and TWIN"
    ]
    Payout.objects.filter(pk=payout.pk).update(state=PayoutState.RETURNED)
    assert "nothing is paid out twice: living payouts account for different entries" not in found()


def test_a_forgotten_one_is_found(payout: Payout) -> None:
    Payout.objects.update(next_poll_at=None)
    assert found() == {
        "no payout on its way is forgotten": [f"payout {payout.reference} is unclaimed"]
    }
