"""`make test`: pytest on servers of its own. Several may run at once."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from config.launch import chromium
from config.launch.interruption import interruptible
from config.launch.lifeline import Lifeline
from config.launch.screen import plain, say
from config.launch.servers import throw_away_servers
from config.launch.signing_key import new_signing_key

SETTINGS_PREFIXES = ("STRIPE_", "PAYPAL_", "TICKET_", "PLATFORM_", "AWS_", "PARTERRE_", "EMAIL_")
SETTINGS = {"PUBLIC_URL", "ALLOWED_HOSTS", "MAIL_API_KEY", "SENTRY_DSN", "SANDBOX_URL"}
DEFAULT_ARGUMENTS = ("-n", "2")


def main(arguments: list[str]) -> int:
    """The exit code of pytest."""
    browser = chromium.find_or_install()
    with interruptible(), throw_away_servers(Lifeline()) as servers:
        say("PostgreSQL and Valkey are up")
        environment = {
            **_without_settings(),
            **servers.environment(),
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "SECRET_KEY": "for-tests-only-" + "0" * 50,
            "TICKET_SIGNING_KEYS": new_signing_key(),
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
        if browser:
            environment["CHROMIUM"] = browser
        code = subprocess.run(
            [sys.executable, "-m", "pytest", *_options(arguments)], env=environment, check=False
        ).returncode
    return _judge(code, arguments)


def _without_settings() -> dict[str, str]:
    """The environment less what configures a real shop: its keys must not reach a test."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(SETTINGS_PREFIXES) and name not in SETTINGS
    }


def _options(arguments: list[str]) -> list[str]:
    options = ["-rs"]
    if os.environ.get("CI") == "true":
        options += ["-p", "config.launch.no_skips"]
    if not any(argument.startswith("-n") for argument in arguments):
        options += DEFAULT_ARGUMENTS
    return [*options, *arguments]


def _judge(code: int, arguments: list[str]) -> int:
    if code != pytest.ExitCode.NO_TESTS_COLLECTED or arguments or os.environ.get("CI") == "true":
        return code
    plain("no tests yet")
    return 0
