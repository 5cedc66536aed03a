"""A start with settings missing or malformed is refused, and says all of it at once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REAL = {
    "SECRET_KEY": "x" * 60,
    "PUBLIC_URL": "https://tickets.example",
    "ALLOWED_HOSTS": "tickets.example",
    "DATABASE_URL": "postgresql://u:p@db/parterre",
    "REDIS_URL": "redis://redis:6379/0",
    "DEFAULT_FROM_EMAIL": "Tickets <tickets@tickets.example>",
    "TICKET_SIGNING_KEYS": "-----BEGIN PRIVATE KEY-----\\nunread here\\n-----END PRIVATE KEY-----",
    "MAIL_API_KEY": "re_1",
}


def load(code: str = "", **changes: str) -> tuple[int, str]:
    environment = {"PATH": os.environ["PATH"], **REAL, **changes}
    done = subprocess.run(
        [sys.executable, "-c", f"from config import settings\n{code}"],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_what_a_real_shop_needs_is_enough() -> None:
    assert load("print(settings.DEMO, settings.SANDBOX_URL, settings.OUTBOUND_ALLOWLIST)") == (
        0,
        "False  []\n",
    )


def test_everything_missing_or_malformed_is_named_at_once() -> None:
    code, told = load(SECRET_KEY="", PUBLIC_URL="tickets", TICKET_PAYMENT_TIMEOUT="soon")
    assert code == 3  # Gunicorn gives up on workers that end with it
    first, *named = told.splitlines()
    assert first == "Parterre cannot start:"
    assert sorted(line.partition(":")[0] for line in named) == [  # and no traceback
        "  - PUBLIC_URL is malformed",
        "  - SECRET_KEY is missing",
        "  - TICKET_PAYMENT_TIMEOUT is malformed",
    ]


MALFORMED = {
    "SECRET_KEY": "short",
    "PUBLIC_URL": "https://tickets.example/shop",
    "ALLOWED_HOSTS": "https://tickets.example",
    "DATABASE_URL": "postgresql://u:p:w/d@db/parterre",
    "REDIS_URL": "redis://redis:port/0",
    "DEFAULT_FROM_EMAIL": "Tickets",
    "TICKET_SIGNING_KEYS": "-----BEGIN PUBLIC KEY-----\\nMFk\\n-----END PUBLIC KEY-----",
    "STRIPE_SECRET_KEY": "pk_live_1",
    "STRIPE_PUBLISHABLE_KEY": "sk_live_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1,we_2",
    "STRIPE_API_BASE": "https://",
    "PAYPAL_CERT_CA_FILE": "/nonexistent",
    "TICKET_PAYMENT_TIMEOUT": "0",
    "PLATFORM_FEE_PERCENT": "NaN",
    "PAYOUT_TWO_PERSONS_ABOVE": "EUR inf",
    "VIES_API_BASE": "http://ec.europa.eu",
    "LIVE_STREAMS_MAX": "0",
    "EMAIL_BACKEND": "smtp",
    "EMAIL_PORT": "65536",
    "MAIL_WEBHOOK_SECRET": "password",
    "LOG_LEVEL": "LOUD",
    "SENTRY_DSN": "sentry",
    "BEHIND_PROXY": "maybe",
}


def test_what_is_malformed_is_named_each_once() -> None:
    # By manage.py, which loads the settings a second time.
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **REAL, **MALFORMED},
        capture_output=True,
        text=True,
        check=False,
    )
    told = done.stderr.rpartition("Parterre cannot start:")[2]
    assert sorted(re.findall(r"  - (\S+) is malformed: ", told)) == sorted(MALFORMED)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ALLOWED_HOSTS": "www.example"}, "the host of PUBLIC_URL is not in it"),
        ({"MAIL_API_KEY": ""}, "MAIL_API_KEY is missing"),
        ({"PAYPAL_CLIENT_ID": "A"}, "PAYPAL_CLIENT_SECRET is missing"),
        ({"DATABASE_URL": "postgresql://u:p@db"}, "DATABASE_URL is malformed"),
        ({"PAYOUT_TWO_PERSONS_ABOVE": "EUR 1000, EUR 2000"}, "TWO_PERSONS_ABOVE is malformed"),
        ({"PARTERRE_DEMO": "1"}, "it goes with the provider sandbox only"),
    ],
)
def test_what_does_not_go_together_is_refused(changes: dict[str, str], told: str) -> None:
    code, said = load(**changes)
    assert code != 0
    assert told in said


def test_another_provider_of_mail_brings_its_own_settings() -> None:
    shown = "print(settings.ANYMAIL['POSTMARK_SERVER_TOKEN'])"
    changes = {
        "MAIL_API_KEY": "",
        "EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend",
        "ANYMAIL_POSTMARK_SERVER_TOKEN": "token",
    }
    assert load(shown, **changes) == (0, "token\n")


def test_none_of_the_demo_can_be_had_with_a_real_shops_settings() -> None:
    code, told = load(
        "print(settings.SANDBOX_URL, 'apps.demo' in settings.INSTALLED_APPS)",
        SANDBOX_URL="http://127.0.0.1:9",
    )
    assert (code, told) == (0, " False\n")
    code, told = load(STRIPE_API_BASE="http://127.0.0.1:9")
    assert code != 0
    assert "STRIPE_API_BASE is malformed" in told


def test_two_demos_on_one_machine_do_not_sign_each_other_out() -> None:
    demo = {
        "PARTERRE_DEMO": "1",
        "PUBLIC_URL": "http://localhost:8001",
        "ALLOWED_HOSTS": "localhost",
        **dict.fromkeys(("SANDBOX_URL", "STRIPE_API_BASE", "PAYPAL_API_BASE"), "http://x:1"),
    }
    assert load("print(settings.SESSION_COOKIE_NAME)", **demo) == (0, "sessionid8001\n")
    assert load("print(settings.SESSION_COOKIE_NAME)") == (0, "sessionid\n")


def test_pictures_go_to_a_bucket_when_one_is_named() -> None:
    shown = "print(settings.STORAGES['default']['BACKEND'])"
    assert load(shown) == (0, "django.core.files.storage.FileSystemStorage\n")
    _code, told = load(shown, S3_BUCKET="posters")
    assert "S3_BUCKET needs boto3" in told or "storages.backends.s3" in told
