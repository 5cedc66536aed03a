"""The doctor finds what is missing, and says what to do."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db.utils import ConnectionHandler
from django.utils.timezone import now
from pytest_django import Settings

from apps.accounts.models import User
from apps.ops.health import HEARTBEATS, STREAMS, beat
from tests.factories.invoicing import make_platform
from tests.sandbox_server import SandboxForTests

pytestmark = pytest.mark.django_db


def doctor(*args: str) -> tuple[str, str]:
    """What it printed, and what it ended with."""
    out = StringIO()
    try:
        call_command("doctor", *args, stdout=out)
    except CommandError as end:
        return out.getvalue(), str(end)
    return out.getvalue(), ""


def test_everything_is_well(
    sandbox: SandboxForTests, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    sandbox.do("send_webhooks_to", origin=settings.PUBLIC_URL)
    for name in (*HEARTBEATS, *STREAMS):
        beat(name, at=now())
    make_platform()
    told, end = doctor("--operator", "Olga@Example.org", "--mail", "olga@example.org")
    assert (end, "BAD" in told) == ("", False), told
    operator = User.objects.get()
    assert (operator.email, operator.is_staff) == ("olga@example.org", True)
    assert not operator.has_usable_password()
    assert [mail.to for mail in mailoutbox] == [["olga@example.org"]]
    assert (
        f"Stripe Connect sends its webhooks to {settings.PUBLIC_URL}/webhooks/stripe/connect/"
        in told
    )


def test_what_is_missing_is_named_with_its_remedy(
    sandbox: SandboxForTests, settings: Settings
) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"
    settings.PAYPAL_CLIENT_ID = ""
    told, end = doctor()
    assert "There is no operator yet" in end
    assert "relay: never seen\n     -> start the `relay` process" in told
    assert "Stripe refuses us" in told
    assert "ok   PayPal is left out" in told
    assert "the platform's legal data is missing or incomplete" in told
    assert User.objects.count() == 0


def test_a_webhook_that_is_not_registered_is_described(
    sandbox: SandboxForTests, settings: Settings
) -> None:
    sandbox.do("send_webhooks_to", origin="https://elsewhere.example")
    told, _end = doctor()
    at = f"{settings.PUBLIC_URL}/webhooks/"
    assert f"BAD  Stripe does not send webhooks to {at}stripe/\n" in told
    assert f"BAD  Stripe Connect does not send webhooks to {at}stripe/connect/\n" in told
    assert "register it there for account.application.deauthorized, account.updated" in told
    assert f"BAD  PayPal does not send webhooks to {at}paypal/\n" in told


def test_a_provider_that_is_away_has_not_refused_us(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWLIST = ["http://127.0.0.1:1"]
    settings.PAYPAL_CLIENT_ID = ""
    told, _end = doctor()
    assert "Stripe cannot be reached: no_connection\n" in told
    assert "-> let this machine call http://127.0.0.1:1" in told


def test_a_database_that_is_away_comes_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = ConnectionHandler({"default": settings.DATABASES["default"] | {"PORT": "1"}})
    monkeypatch.setattr("apps.ops.examination.connection", nowhere["default"])
    told, end = doctor("--operator", "olga@example.org")
    assert told.startswith("BAD  the database cannot be reached: ")
    assert told.endswith("\n     -> check DATABASE_URL\n")
    assert end == "Everything else is looked at when that is well."
    assert User.objects.count() == 0


@pytest.mark.usefixtures("redis_away")
def test_a_redis_that_is_away(settings: Settings) -> None:
    settings.STRIPE_SECRET_KEY = settings.PAYPAL_CLIENT_ID = ""
    told, _end = doctor()
    assert "BAD  redis: ConnectionError\n     -> check REDIS_URL\n" in told
    assert "the platform's legal data is missing" in told  # and it went on to the end


def test_a_provider_of_mail_without_its_token(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    told, _end = doctor("--mail", "olga@example.org")
    assert told.count("BAD  mail cannot go out") == 2


def test_without_any_provider(settings: Settings) -> None:
    settings.STRIPE_SECRET_KEY = settings.PAYPAL_CLIENT_ID = ""
    told, _end = doctor()
    assert "BAD  neither Stripe nor PayPal is set up" in told


def test_a_mail_server_that_is_away(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    told, _end = doctor("--mail", "olga@example.org")
    assert told.count("BAD  mail cannot go out") == 2
