"""What became of the demo's sales: each new page has something to show, and the books agree."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils.timezone import now
from pytest_django import Settings

from apps.accounts.models import Organizer
from apps.audit.registry import all_checks
from apps.audit.run import look
from apps.demo.since import UNKNOWN_MINOR
from apps.invoices.models import Invoice
from apps.ledger.balances import owed
from apps.orders.models import Order, OrderRefund
from apps.payments.models import Dispute, Refund
from apps.payouts.models import Payout
from apps.reconciliation.models import Case
from tests.outbox_pump import deliver_all
from tests.sandbox_server import SandboxForTests

pytestmark = pytest.mark.django_db


def test_each_page_has_something_and_a_second_start_adds_nothing(
    sandbox: SandboxForTests, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SANDBOX_URL = sandbox.url
    sandbox.do("tune", settle_seconds=1)  # as with `make run`
    for _ in range(2):
        call_command("demo_data")
        deliver_all(at=now())

    assert capsys.readouterr().err == ""
    assert list(OrderRefund.objects.values_list("kind", "reason")) == [
        ("tickets", "krank geworden")
    ]
    assert Refund.objects.get().state == "succeeded"
    assert Dispute.objects.get().state == "open"
    assert Payout.objects.get().state == "in_transit"
    assert set(Case.objects.open().values_list("kind", "amount_minor")) == {
        ("unknown_money", UNKNOWN_MINOR),
        ("dispute_unanswered", Dispute.objects.get().amount_minor),
    }
    assert set(Order.objects.values_list("state", flat=True)) == {"paid"}
    assert Invoice.objects.filter(recipient__name="Reederei Nordlicht GmbH").exists()
    assert {one.provider: one.available.minor > 0 for one in owed(Organizer.objects.get().pk)} == {
        "stripe": True,
        "paypal": False,
    }
    assert [row for finding in look(all_checks()) for row in finding.rows] == []
