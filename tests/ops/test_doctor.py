"""The doctor finds what is missing, and says what to do."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils.timezone import now
from pytest_django import Settings

from apps.accounts.models import User
from apps.ops.health import HEARTBEATS, beat
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


def test_everything_is_well(sandbox: SandboxForTests, settings: Settings) -> None:
    sandbox.do("send_webhooks_to", origin=settings.PUBLIC_URL)
    for name in HEARTBEATS:
        beat(name, at=now())
    told, end = doctor("--operator", "Olga@Example.org")
    assert (end, "BAD" in told) == ("", False), told
    operator = User.objects.get()
    assert (operator.email, operator.is_staff) == ("olga@example.org", True)
    assert not operator.has_usable_password()


def test_what_is_missing_is_named_with_its_remedy(
    sandbox: SandboxForTests, settings: Settings
) -> None:
    cache.clear()
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"
    settings.PAYPAL_CLIENT_ID = ""
    told, end = doctor()
    assert "There is no operator yet" in end
    assert "relay: never seen\n     -> start the `relay` process" in told
    assert "Stripe refuses us" in told
    assert "PayPal is not set up" in told
    assert User.objects.count() == 0
