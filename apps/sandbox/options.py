from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """How the sandbox is set up. The credentials are the shop's own settings, by the same names
    in the environment; without them both sides use the well-known ones below."""

    api_url: str = ""  # set by the server: where the provider APIs answer
    public_url: str = ""  # empty: the same; where a buyer's browser finds the hosted pages
    webhooks: str = ""  # origin of the shop; empty: events are kept, nothing is sent
    webhooks_ca: Path | None = None  # the shop's own certificate, when it made one itself
    ca_file: Path | None = None
    merchant: str = "Parterre"

    stripe_secret_key: str = "sk_test_sandbox"  # noqa: S105 - of the rehearsal  (the sandbox's own, not a secret)
    stripe_webhook_secret: str = "whsec_sandbox_platform"  # noqa: S105 - of the rehearsal
    stripe_connect_webhook_secret: str = "whsec_sandbox_connect"  # noqa: S105 - of the rehearsal
    paypal_client_id: str = "sandbox-client"
    paypal_client_secret: str = "sandbox-secret"  # noqa: S105 - of the rehearsal
    paypal_webhook_id: str = "SANDBOXWEBHOOK001"

    settle_seconds: float = 1.0  # until a charge has its balance transaction
    available_seconds: float = 0.0  # until the money of a charge can be transferred
    delayed_seconds: float = 20.0  # until a delayed payment method or an eCheck clears
    payout_seconds: float = 1.0  # each step of a payout batch
    account_seconds: float = 0.5  # from the end of onboarding to an active capability


_FROM_ENVIRONMENT = (
    "stripe_secret_key",
    "stripe_webhook_secret",
    "stripe_connect_webhook_secret",
    "paypal_client_id",
    "paypal_client_secret",
    "paypal_webhook_id",
)


def from_environment(options: Options, environ: Mapping[str, str] = os.environ) -> Options:
    # Secrets may be lists while they are rotated: the first one signs.
    known = {
        name: environ[name.upper()].replace(",", " ").split()[0]
        for name in _FROM_ENVIRONMENT
        if environ.get(name.upper())
    }
    return replace(options, **known)  # type: ignore[arg-type]  # all of these are strings
