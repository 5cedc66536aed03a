"""The demo's sales of the last weeks: real orders, in the past on every clock, and the books agree."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils.timezone import now
from pytest_django import Settings

from apps.accounts.models import Organizer
from apps.audit.registry import all_checks
from apps.audit.run import look
from apps.console.selectors.sales import sales_together
from apps.demo.build import ACTOR, build
from apps.demo.cast import SHOWS
from apps.demo.onboard import onboard
from apps.demo.past import ON_SALE_FOR, sell_the_past
from apps.events.models import Event
from apps.ledger.balances import owed
from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.payments.models import Payment
from apps.tickets.models import Ticket
from tests.outbox_pump import deliver_all
from tests.sandbox_server import SandboxForTests

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo(sandbox: SandboxForTests, settings: Settings) -> SandboxForTests:
    settings.SANDBOX_URL = sandbox.url
    return sandbox


def _sell_the_past(at: datetime) -> None:
    onboard(build(opened=at - ON_SALE_FOR, at=at), actor=ACTOR, at=at)
    sell_the_past(SHOWS, at=at)


def test_they_are_a_curve_and_everything_about_them_is_in_the_past(demo: SandboxForTests) -> None:
    at = now()
    _sell_the_past(at)

    assert Order.objects.count() == sum(show.sold_orders for show in SHOWS)
    assert set(Order.objects.values_list("state", flat=True)) == {"paid"}
    assert set(Payment.objects.values_list("state", "needs_review")) == {("captured", False)}
    assert Order.objects.latest("paid_at").created_at < at
    assert not Payment.objects.exclude(captured_at__lt=at).exists()
    assert Order.objects.latest("pay_by").pay_by < at + timedelta(minutes=15)
    first = Order.objects.earliest("created_at").created_at
    assert at - ON_SALE_FOR - timedelta(days=1) < first < at - timedelta(days=30)

    event = Event.objects.get(slug=SHOWS[0].slug)
    steps = sales_together([event], at=at, zone=event.zone).steps
    assert len(steps) > 15
    assert steps[-1].sold == Ticket.objects.filter(event=event).count() > 100
    assert abs(demo.world.shift) < 5


def test_nobody_is_written_to_about_their_tickets_and_the_books_agree(
    demo: SandboxForTests,
) -> None:
    _sell_the_past(now())
    deliver_all(at=now())

    mails = Mail.objects.filter(about__startswith="orders.order:")
    assert set(mails.values_list("kind", flat=True)) == {"invoice_ready"}  # to companies
    assert [row for finding in look(all_checks()) for row in finding.rows] == []
    assert {
        one.provider for one in owed(Organizer.objects.get().pk) if one.available.minor > 0
    } == {
        "stripe",
        "paypal",
    }
    assert not [d for d in demo.world.store.oldest("delivery") if d["state"] == "pending"]


def test_a_second_start_sells_nothing_more(demo: SandboxForTests) -> None:
    call_command("demo_data")
    sold, asked = Order.objects.count(), len(demo.exchanges)
    call_command("demo_data")
    assert Order.objects.count() == sold
    assert not [r for r, _ in demo.exchanges[asked:] if "checkout" in r.path]


def test_without_a_sandbox_there_is_a_shop_all_the_same(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SANDBOX_URL = settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    call_command("demo_data")
    assert "What was sold before today is missing" in capsys.readouterr().err
    assert (Event.objects.count(), Order.objects.count()) == (len(SHOWS), 0)
