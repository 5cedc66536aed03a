"""What the processes find in their environment, so that no real shop's settings reach a demo or a test."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass

from apps.tickets.keys import new_pem
from config.launch.folders import RunFolder

SETTINGS_PREFIXES = (
    *("STRIPE_", "PAYPAL_", "TICKET_", "PLATFORM_", "AWS_", "S3_", "PARTERRE_", "EMAIL_"),
    "ANYMAIL_",
)
SETTINGS = {
    *("SECRET_KEY", "SECRET_KEY_FALLBACKS", "PUBLIC_URL", "ALLOWED_HOSTS", "BEHIND_PROXY"),
    *(
        "DATABASE_URL",
        "REDIS_URL",
        "SANDBOX_URL",
        "LIVE_URL",
        "MEDIA_ROOT",
        "MAIL_API_KEY",
        "SENTRY_DSN",
    ),
    *("DEFAULT_FROM_EMAIL", "DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR"),
    *("MAIL_WEBHOOK_SECRET", "METRICS_TOKEN", "LOG_LEVEL", "LIVE_STREAMS_MAX"),
    *("PAYOUT_TWO_PERSONS_ABOVE", "VIES_API_BASE"),
}
# Rules may be tried out in the demo; credentials may not.
RULES = (
    *("TICKET_PAYMENT_TIMEOUT", "PLATFORM_FEE_PERCENT", "PLATFORM_NAME"),
    *("PAYOUT_TWO_PERSONS_ABOVE", "VIES_API_BASE", "LOG_LEVEL"),
)


@dataclass(frozen=True)
class Address:
    """Where people find the shop, and where the processes find the sandbox and the streams."""

    public: str
    sandbox_port: int
    live_port: int

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def live(self) -> str:
        return f"http://127.0.0.1:{self.live_port}"


def bare() -> dict[str, str]:
    """The environment less everything that configures a shop."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(SETTINGS_PREFIXES) and name not in SETTINGS
    }


def for_tests() -> dict[str, str]:
    return {
        **bare(),
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "SECRET_KEY": "for-tests-only-" + "0" * 50,
        "TICKET_SIGNING_KEYS": new_pem(),
        # Playwright keeps an event loop running in the thread of the test.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }


def for_demo(run: RunFolder, address: Address) -> dict[str, str]:
    """Less DATABASE_URL and REDIS_URL."""
    return {
        **bare(),
        **{name: os.environ[name] for name in RULES if name in os.environ},
        **_kept_secrets(run),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PARTERRE_DEMO": "1",
        "MEDIA_ROOT": str(run.root / "media"),
        "PROMETHEUS_MULTIPROC_DIR": str(run.emptied("figures")),
        "PUBLIC_URL": address.public,
        "SANDBOX_URL": address.sandbox,
        "LIVE_URL": address.live,
        "STRIPE_API_BASE": address.sandbox,
        "STRIPE_SECRET_KEY": "sk_test_sandbox",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_sandbox",
        "STRIPE_WEBHOOK_SECRET": "whsec_sandbox_platform",
        "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_sandbox_connect",
        "PAYPAL_API_BASE": address.sandbox,
        "PAYPAL_CLIENT_ID": "sandbox-client",
        "PAYPAL_CLIENT_SECRET": "sandbox-secret",
        "PAYPAL_WEBHOOK_ID": "SANDBOXWEBHOOK001",
        "PAYPAL_CERT_HOSTS": "127.0.0.1",
        "PAYPAL_CERT_CA_FILE": str(run.sandbox / "ca.pem"),
    }


def _kept_secrets(run: RunFolder) -> dict[str, str]:
    """Made once: sessions, links and tickets of yesterday stay good."""
    file = run.root / "secrets.json"
    if not file.exists():
        made = {"SECRET_KEY": secrets.token_urlsafe(50), "TICKET_SIGNING_KEYS": new_pem()}
        partial = file.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(made))
        partial.rename(file)
    kept: dict[str, str] = json.loads(file.read_text())
    return kept
