"""`make lint`: every check, all of them even when one fails."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from pathlib import Path

from config.launch import environment, messages
from config.launch.folders import ROOT
from config.launch.interruption import interruptible
from config.launch.lifeline import Lifeline
from config.launch.screen import say
from config.launch.servers import throw_away_servers

BIN = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")
CHECKS: dict[str, tuple[str, ...]] = {
    "ruff check": (str(BIN / "ruff"), "check"),
    "ruff format": (str(BIN / "ruff"), "format", "--check"),
    "layers": (str(BIN / "lint-imports"),),
    "templates": (str(BIN / "djlint"), "--lint", "--quiet", "templates", "apps"),
    "migrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "types": (sys.executable, "-m", "mypy"),
}
DEPLOY = (*MANAGE, "check", "--deploy", "--fail-level", "WARNING")


def main(_arguments: list[str]) -> int:
    messages.compile_all()
    with interruptible(), throw_away_servers(Lifeline()) as servers:
        variables = {**environment.for_tests(), **servers.environment()}
        failed = [name for name, command in CHECKS.items() if not _passes(name, command, variables)]
        production = {**environment.bare(), **_production(), **servers.environment()}
        if not _passes("production settings", DEPLOY, production):
            failed.append("production settings")
    if failed:
        say(f"failed: {', '.join(failed)}")
        return 1
    say("all clean")
    return 0


def _passes(name: str, command: tuple[str, ...], variables: dict[str, str]) -> bool:
    started = time.monotonic()
    answer = subprocess.run(
        command,
        env=variables,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = answer.returncode == 0
    say(f"{'ok    ' if passed else 'FAILED'} {name} ({time.monotonic() - started:.1f} s)")
    if not passed:
        sys.stdout.write(answer.stdout)
    return passed


def _production() -> dict[str, str]:
    """Everything a real shop sets, with values of no worth."""
    tests = environment.for_tests()
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "PUBLIC_URL": "https://shop.example",
        "ALLOWED_HOSTS": "shop.example",
        "DEFAULT_FROM_EMAIL": "Shop <tickets@shop.example>",
        "TICKET_SIGNING_KEYS": tests["TICKET_SIGNING_KEYS"],
        "MAIL_API_KEY": "nothing",
        "STRIPE_SECRET_KEY": "sk_live_nothing",
        "STRIPE_PUBLISHABLE_KEY": "pk_live_nothing",
        "STRIPE_WEBHOOK_SECRET": "whsec_nothing",
        "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_nothing_either",
        "PAYPAL_CLIENT_ID": "nothing",
        "PAYPAL_CLIENT_SECRET": "nothing",
        "PAYPAL_WEBHOOK_ID": "nothing",
    }
