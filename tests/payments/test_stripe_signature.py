from __future__ import annotations

from datetime import UTC, datetime

import pytest
import stripe as sdk
from django.conf import LazySettings

from apps.payments.gateways import errors, stripe
from tests.payments.conftest import AT


def signed(body: bytes, secret: str) -> dict[str, str]:
    header = sdk.WebhookSignature.generate_signature_header(body.decode(), secret)
    return {"stripe-signature": header}


EVENT = (
    b'{"id":"evt_1","object":"event","type":"checkout.session.completed","created":1795262500,'
    b'"livemode":false,"data":{"object":{"id":"cs_1","object":"checkout.session",'
    b'"client_reference_id":"PAY1","payment_intent":"pi_1"}}}'
)


def test_a_signed_event_is_read(settings: LazySettings) -> None:
    settings.STRIPE_WEBHOOK_SECRET = ["whsec_new", "whsec_old"]
    notice = stripe.verify(signed(EVENT, "whsec_old"), EVENT, endpoint="platform", at=AT)
    assert (notice.event_id, notice.subject, notice.reference) == ("evt_1", "attempt", "PAY1")
    assert notice.ids == {"session": "cs_1", "intent": "pi_1"}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, EVENT),
        ({"stripe-signature": ""}, EVENT),
        ({"stripe-signature": "t=now,v1=x"}, EVENT),
        ({"stripe-signature": "t=1,v1=00"}, EVENT),
        (signed(EVENT, "whsec_other"), EVENT),
        (signed(EVENT, "whsec_sandbox"), EVENT.replace(b"PAY1", b"PAY2")),
        (signed(EVENT, "whsec_sandbox"), b"\xff\xfe"),
        (signed(b"[]", "whsec_sandbox"), b"[]"),
        (signed(b"{}", "whsec_sandbox"), b"{}"),
        (
            signed(EVENT.replace(b"false", b"true"), "whsec_sandbox"),
            EVENT.replace(b"false", b"true"),
        ),
    ],
)
def test_what_is_not_signed_for_us_is_refused(
    settings: LazySettings, headers: dict[str, str], body: bytes
) -> None:
    settings.STRIPE_WEBHOOK_SECRET = ["whsec_sandbox"]
    with pytest.raises(errors.BadSignature):
        stripe.verify(headers, body, endpoint="platform", at=AT)


def test_an_old_signature_is_refused(settings: LazySettings) -> None:
    settings.STRIPE_WEBHOOK_SECRET = ["whsec_sandbox"]
    header = sdk.WebhookSignature.generate_signature_header(
        EVENT.decode(), "whsec_sandbox", int(datetime.now(tz=UTC).timestamp()) - 301
    )
    with pytest.raises(errors.BadSignature):
        stripe.verify({"stripe-signature": header}, EVENT, endpoint="platform", at=AT)


def test_each_endpoint_has_its_own_secret(settings: LazySettings) -> None:
    settings.STRIPE_WEBHOOK_SECRET = ["whsec_platform"]
    settings.STRIPE_CONNECT_WEBHOOK_SECRET = ["whsec_connect"]
    with pytest.raises(errors.BadSignature):
        stripe.verify(signed(EVENT, "whsec_platform"), EVENT, endpoint="connect", at=AT)
