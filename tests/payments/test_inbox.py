from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import Settings

from apps.outbox.models import Delivery, Message
from apps.payments.gateways.base import Kind, Notice, Subject
from apps.payments.models import ProviderNotice
from apps.payments.services.capture import capture
from apps.payments.states import NoticeState
from apps.payments.webhooks import paypal_signature
from apps.payments.webhooks.inbox import BODY_BYTES_MAX, keep
from apps.payments.webhooks.notices import payments_of
from tests.paying import NOON, buyer_pays, launched, looked_at
from tests.racing import run_at_once
from tests.sandbox_server import SandboxForTests

BOTH = pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])
PAID = {Kind.STRIPE: "checkout.session.completed", Kind.PAYPAL: "PAYMENT.CAPTURE.COMPLETED"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_certificates_from_other_stories() -> None:
    paypal_signature._certificates.cache_clear()


@BOTH
def test_a_webhook_is_stored_once_published_once_and_leads_to_its_payment(
    sandbox: SandboxForTests, client: Client, provider: Kind
) -> None:
    payment = launched(provider)
    buyer_pays(sandbox, payment)
    capture(payment)
    ((_, event),) = sandbox.notices(type=PAID[provider])

    answers = [sandbox.send_to(client, provider, event) for _ in range(3)]

    assert answers == [200, 200, 200]
    (notice,) = ProviderNotice.objects.all()
    assert (notice.provider, notice.type) == (provider, PAID[provider])
    assert (notice.state, notice.subject) == (NoticeState.RECEIVED, "attempt")
    assert (notice.event_id, notice.body) == (event["id"], event)
    assert payments_of(notice) == [payment]
    (message,) = Message.objects.filter(topic="provider.notice.attempt")
    assert notice.message == message
    assert message.payload == {"id": notice.pk}
    assert Delivery.objects.filter(message=message).count() == 1

    looked_at(payment)
    assert payments_of(notice) == []  # taken, with its fee: nothing new can be told


def states() -> dict[str, str]:
    return dict(ProviderNotice.objects.values_list("type", "state"))


@BOTH
def test_what_is_in_the_books_already_is_stored_and_nobody_works_on_it(
    sandbox: SandboxForTests, client: Client, provider: Kind
) -> None:
    payment = launched(provider)
    buyer_pays(sandbox, payment)
    looked_at(payment)
    calls = len(sandbox.exchanges)
    events = sandbox.notices()
    assert {sandbox.send_to(client, provider, event) for _, event in events} == {200}
    assert set(states().values()) == {NoticeState.IGNORED}
    assert ProviderNotice.objects.count() == len(events)
    assert not Message.objects.exists()
    certificates = 1 if provider == Kind.PAYPAL else 0
    assert len(sandbox.exchanges) - calls == certificates


def test_only_what_may_bring_the_fee_is_worked_on_when_the_fee_alone_is_missing(
    sandbox: SandboxForTests, client: Client
) -> None:
    sandbox.world.options = replace(sandbox.world.options, settle_seconds=1.0)
    payment = launched(Kind.STRIPE)
    buyer_pays(sandbox, payment)
    assert looked_at(payment).payment.fee_minor is None
    sandbox.later(2)
    for provider, event in sandbox.notices():
        sandbox.send_to(client, provider, event)
    worked_on = [kind for kind, state in states().items() if state != NoticeState.IGNORED]
    assert worked_on == ["charge.updated"]
    assert list(Message.objects.values_list("topic", flat=True)) == ["provider.notice.fee"]


@pytest.mark.parametrize("name", ["intent", "session"])
def test_another_object_under_our_reference_is_looked_at(
    sandbox: SandboxForTests, name: str
) -> None:
    payment = launched(Kind.STRIPE)
    buyer_pays(sandbox, payment)
    payment = looked_at(payment).payment
    told = {
        "provider": Kind.STRIPE,
        "subject": Subject.ATTEMPT,
        "reference": payment.reference,
    }
    assert payments_of(ProviderNotice(ids={name: "another"}, **told)) == [payment]
    assert payments_of(ProviderNotice(ids={name: payment.ids[name]}, **told)) == []


@BOTH
def test_a_payment_is_found_by_its_capture_when_nothing_else_is_named(
    sandbox: SandboxForTests, provider: Kind
) -> None:
    payment = launched(provider)
    buyer_pays(sandbox, payment)
    payment = looked_at(payment).payment
    name = "charge" if provider == Kind.STRIPE else "capture"
    notice = ProviderNotice(provider=provider, ids={name: payment.ids[name]})
    assert payments_of(notice) == [payment]
    other = Kind.PAYPAL if provider == Kind.STRIPE else Kind.STRIPE
    assert payments_of(ProviderNotice(provider=other, ids=notice.ids)) == []
    assert payments_of(ProviderNotice(provider=provider, ids={"dispute": "x"})) == []


PATHS = ["/webhooks/stripe/", "/webhooks/stripe/connect/", "/webhooks/paypal/"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff\xfe", b'{"id": "evt_1"}', b"null"])
def test_what_is_not_signed_is_refused_and_leaves_nothing(
    client: Client, path: str, body: bytes
) -> None:
    assert client.post(path, body, content_type="application/json").status_code == 400
    assert not ProviderNotice.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("path", PATHS)
def test_only_post_is_a_webhook(client: Client, path: str) -> None:
    assert client.get(path).status_code == 405


@pytest.mark.parametrize("path", PATHS)
def test_a_body_beyond_the_limit_is_not_read_on(client: Client, path: str) -> None:
    body = b"x" * (BODY_BYTES_MAX + 1)
    assert client.post(path, body, content_type="application/json").status_code == 413


def test_a_stripe_event_under_the_other_endpoints_secret_is_refused(
    sandbox: SandboxForTests, client: Client
) -> None:
    payment = launched(Kind.STRIPE)
    buyer_pays(sandbox, payment)
    ((_, event),) = sandbox.notices(type=PAID[Kind.STRIPE])
    headers, body = sandbox.packed("stripe", event)
    kind = headers.pop("Content-Type")
    answer = client.post("/webhooks/stripe/connect/", body, content_type=kind, headers=headers)
    assert answer.status_code == 400
    assert not ProviderNotice.objects.exists()


@BOTH
def test_a_changed_byte_is_refused(
    sandbox: SandboxForTests, client: Client, provider: Kind
) -> None:
    payment = launched(provider)
    buyer_pays(sandbox, payment)
    looked_at(payment)
    ((_, event),) = sandbox.notices(type=PAID[provider])
    headers, body = sandbox.packed(provider, event)
    kind = headers.pop("Content-Type")
    forged = body.replace(payment.reference.encode(), b"X" * len(payment.reference))
    assert forged != body
    answer = client.post(f"/webhooks/{provider}/", forged, content_type=kind, headers=headers)
    assert answer.status_code == 400
    assert not ProviderNotice.objects.exists()


def test_paypal_is_asked_to_come_again_while_its_certificate_cannot_be_fetched(
    sandbox: SandboxForTests, client: Client, settings: Settings
) -> None:
    buyer_pays(sandbox, launched(Kind.PAYPAL))
    ((_, event),) = sandbox.notices(type="CHECKOUT.ORDER.APPROVED")
    headers, body = sandbox.packed("paypal", event)
    kind, nobody = headers.pop("Content-Type"), "http://127.0.0.1:9"
    settings.OUTBOUND_ALLOWLIST = [sandbox.url, nobody]
    elsewhere = {
        name: f"{nobody}/v1/notifications/certs/CERT-1" if "cert" in name.lower() else value
        for name, value in headers.items()
    }
    for sent, status in ((elsewhere, 503), (headers, 200)):
        answer = client.post("/webhooks/paypal/", body, content_type=kind, headers=sent)
        assert answer.status_code == status
    assert ProviderNotice.objects.count() == 1


def notice(subject: Subject | None, event_id: str = "evt_1") -> Notice:
    return Notice(
        event_id=event_id,
        type="something.happened",
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
        subject=subject,
        ids={"dispute": "dp_1"} if subject else {},
        reference=None,
        account="",
        livemode=False,
        body=json.loads('{"id": "evt_1"}'),
    )


@pytest.mark.parametrize(
    ("subject", "state", "published"),
    [
        (None, NoticeState.IGNORED, []),
        (Subject.DISPUTE, NoticeState.RECEIVED, ["provider.notice.dispute"]),
        (Subject.WARNING, NoticeState.RECEIVED, ["provider.notice.warning"]),
        (Subject.ATTEMPT, NoticeState.RECEIVED, ["provider.notice.attempt"]),
        (Subject.FEE, NoticeState.RECEIVED, ["provider.notice.fee"]),
        (Subject.REFUND, NoticeState.RECEIVED, ["provider.notice.refund"]),
        (Subject.PAYOUT, NoticeState.RECEIVED, ["provider.notice.payout"]),
        (Subject.PAYEE, NoticeState.RECEIVED, ["provider.notice.payee"]),
        (Subject.PAYEE_BANK, NoticeState.RECEIVED, ["provider.notice.payee_bank"]),
    ],
)
def test_who_hears_of_what(
    subject: Subject | None, state: NoticeState, published: list[str]
) -> None:
    stored = keep(Kind.STRIPE, notice(subject), endpoint="platform", at=NOON)
    assert stored is not None
    assert stored.state == state
    assert list(Message.objects.values_list("topic", flat=True)) == published


def test_one_event_id_at_two_endpoints_is_two_notices() -> None:
    for endpoint in ("platform", "connect", "platform"):
        keep(Kind.STRIPE, notice(Subject.ATTEMPT), endpoint=endpoint, at=NOON)
    assert ProviderNotice.objects.count() == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_webhook_eight_times_at_once_is_one_notice_and_one_message() -> None:
    results = run_at_once(
        8, lambda _: keep(Kind.STRIPE, notice(Subject.ATTEMPT), endpoint="platform", at=NOON)
    )
    assert sum(result is not None for result in results) == 1
    assert not [result for result in results if isinstance(result, Exception)]
    assert (ProviderNotice.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("provider", "header", "text"),
    [
        (Kind.STRIPE, "Stripe-Signature", "t={now},v1=é"),
        (Kind.STRIPE, "Stripe-Signature", "t=²,v1=00"),
        (Kind.STRIPE, "Stripe-Signature", "é"),
        (Kind.PAYPAL, "Paypal-Transmission-Sig", "é"),
        (Kind.PAYPAL, "Paypal-Transmission-Id", "é"),
        (Kind.PAYPAL, "Paypal-Transmission-Time", "é"),
        (Kind.PAYPAL, "Paypal-Auth-Algo", "é"),
        (Kind.PAYPAL, "Paypal-Cert-Url", "{sandbox}é/v1/notifications/certs/CERT-1"),
        (Kind.PAYPAL, "Paypal-Cert-Url", "{sandbox}/v1/notifications/certs/é"),
        (Kind.PAYPAL, "Paypal-Cert-Url", "{sandbox}/v1/notifications/certs/\x7f"),
        (Kind.PAYPAL, "Paypal-Cert-Url", "https://[é/v1/notifications/certs/CERT-1"),
    ],
)
def test_headers_that_no_provider_writes_are_refused(
    sandbox: SandboxForTests, client: Client, provider: Kind, header: str, text: str
) -> None:
    payment = launched(provider)
    buyer_pays(sandbox, payment)
    event = sandbox.notices()[-1][1]
    headers, body = sandbox.packed(provider, event)
    kind = headers.pop("Content-Type")
    written = text.format(now=int(time.time()), sandbox=sandbox.url)
    known = {name.lower(): value for name, value in headers.items()} | {header.lower(): written}
    answer = client.post(f"/webhooks/{provider}/", body, content_type=kind, headers=known)
    assert answer.status_code == 400
    assert not ProviderNotice.objects.exists()
    assert sandbox.send_to(client, provider, event) == 200
