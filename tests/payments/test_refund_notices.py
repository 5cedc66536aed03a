"""What a webhook about a refund may still tell us after our own request was answered."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.outbox.models import Message
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, ProviderNotice, Refund
from apps.payments.services.submit_refund import submit_refund
from apps.payments.subscribers import refund_noticed
from apps.payments.webhooks import paypal_signature
from tests.paying import paid, refund_wanted
from tests.sandbox_server import SandboxForTests

BOTH = pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])
PENDING = {Kind.STRIPE: "pending", Kind.PAYPAL: "PENDING"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_certificates_from_other_stories() -> None:
    paypal_signature._certificates.cache_clear()


def told(sandbox: SandboxForTests, client: Client) -> dict[str, str]:
    """All webhooks about refunds are sent; the states of their notices by type."""
    for provider, event in sandbox.notices():
        if "refund" in str(event.get("type") or event.get("event_type")).lower():
            assert sandbox.send_to(client, provider, event) == 200
    listened_to = ProviderNotice.objects.exclude(subject="")
    return dict(listened_to.order_by("pk").values_list("type", "state"))


def work_through() -> None:
    for message in Message.objects.filter(topic="provider.notice.refund").order_by("pk"):
        refund_noticed(message, at=now())


def submitted(payment: Payment, minor: int) -> Refund:
    refund = refund_wanted(payment, minor)
    submit_refund(refund.pk, at=now())
    refund.refresh_from_db()
    return refund


@BOTH
def test_what_repeats_our_rows_is_stored_and_nobody_is_asked(
    sandbox: SandboxForTests, client: Client, provider: Kind
) -> None:
    payment = paid(sandbox, provider)
    for minor in (1500, 700):
        submitted(payment, minor)
    Message.objects.all().delete()
    calls = len(sandbox.exchanges)
    states = told(sandbox, client)
    # The charge says 15.00 first and 22.00 then: the older one is looked at, and changes nothing.
    older = {"charge.refunded"} if provider == Kind.STRIPE else set()
    worked_on = ProviderNotice.objects.filter(state="received").values_list("type", flat=True)
    assert set(worked_on) == older
    assert set(states.values()) == {"ignored"}  # the newest of each type
    certificates = 1 if provider == Kind.PAYPAL else 0
    assert len(sandbox.exchanges) - calls == certificates


@BOTH
def test_one_that_was_quicker_than_the_answer_is_not_worked_on_any_more(
    sandbox: SandboxForTests, client: Client, provider: Kind
) -> None:
    payment = paid(sandbox, provider)
    refund = submitted(payment, 1500)
    written = {"state": refund.state, "provider_id": refund.provider_id}
    Refund.objects.update(state="submitting", provider_id="")
    assert set(told(sandbox, client).values()) == {"received"}
    Refund.objects.update(**written)  # and now the answer is in
    calls = len(sandbox.exchanges)
    work_through()
    assert set(ProviderNotice.objects.values_list("state", flat=True)) == {"ignored"}
    assert len(sandbox.exchanges) == calls


@BOTH
def test_another_state_is_read_from_the_provider(
    sandbox: SandboxForTests, client: Client, provider: Kind
) -> None:
    payment = paid(sandbox, provider)
    sandbox.do(f"plan_{provider}_refund", outcome=PENDING[provider])
    refund = submitted(payment, 1500)
    assert refund.state == "pending"
    sandbox.later(3600)
    told(sandbox, client)
    work_through()
    refund.refresh_from_db()
    assert refund.state == "succeeded"


@BOTH
def test_one_made_in_the_dashboard_is_taken_in(
    sandbox: SandboxForTests, client: Client, provider: Kind
) -> None:
    payment = paid(sandbox, provider)
    submitted(payment, 1500)
    of = payment.ids["charge" if provider == Kind.STRIPE else "capture"]
    sandbox.do("refund_there", provider=provider, of=of, amount=700)
    told(sandbox, client)
    work_through()
    made = Refund.objects.order_by("pk").values_list("amount_minor", "reason")
    assert list(made) == [(1500, "rain"), (700, "made at the provider")]
