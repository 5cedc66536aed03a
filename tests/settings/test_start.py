"""A start with settings missing or malformed is refused, and says all of it at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REAL = {
    "SECRET_KEY": "x" * 60,
    "PUBLIC_URL": "https://tickets.example",
    "ALLOWED_HOSTS": "tickets.example",
    "DATABASE_URL": "postgresql://u:p@db/parterre",
    "REDIS_URL": "redis://redis:6379/0",
    "DEFAULT_FROM_EMAIL": "Tickets <tickets@tickets.example>",
    "TICKET_SIGNING_KEYS": "unread here",
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
    assert code != 0
    assert "SECRET_KEY is missing" in told
    assert "PUBLIC_URL is malformed" in told
    assert "TICKET_PAYMENT_TIMEOUT is malformed: minutes" in told


def test_none_of_the_demo_can_be_had_with_a_real_shops_settings() -> None:
    code, told = load(
        "print(settings.SANDBOX_URL, 'apps.demo' in settings.INSTALLED_APPS)",
        SANDBOX_URL="http://127.0.0.1:9",
    )
    assert (code, told) == (0, " False\n")
    code, told = load(STRIPE_API_BASE="http://127.0.0.1:9")
    assert code != 0
    assert "STRIPE_API_BASE is malformed" in told


def test_pictures_go_to_a_bucket_when_one_is_named() -> None:
    shown = "print(settings.STORAGES['default']['BACKEND'])"
    assert load(shown) == (0, "django.core.files.storage.FileSystemStorage\n")
    _code, told = load(shown, S3_BUCKET="posters")
    assert "S3_BUCKET needs boto3" in told or "storages.backends.s3" in told
