from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from apps.accounts.models import PayoutMethod
from apps.events.models import Event
from apps.outbox.models import Delivery
from apps.payouts.models import Payout
from tests.factories.paying_out import minors, sell_released

pytestmark = pytest.mark.django_db


def run(*options: str) -> str:
    out = StringIO()
    call_command("run_payouts", *options, stdout=out)
    return out.getvalue()


def test_it_approves_what_is_owed_for_the_workers_to_send(
    event: Event, payee: PayoutMethod
) -> None:
    sell_released(event, 2000)
    said = run()
    payout = Payout.objects.get()
    assert payout.state == "approved"
    assert said == (
        f"approved  {payout.reference}  paypal         19.00 EUR  {event.organizer}\n1 payouts\n"
    )
    delivery = Delivery.objects.get(message__topic="payout.approved")
    assert delivery.handler == "apps.payouts.subscribers.send_payout"
    assert run() == "0 payouts\n"


def test_it_can_leave_the_approval_to_a_person(event: Event, payee: PayoutMethod) -> None:
    sell_released(event, 2000)
    assert run("--propose-only").startswith("proposed  ")
    assert Payout.objects.get().state == "proposed"
    assert "payouts_in_transit:paypal" not in minors()
    assert run() == "0 payouts\n"  # what a person looks at stays theirs
    assert Payout.objects.get().state == "proposed"
