"""
Where buyers and organizers are sent at a provider. Chromium holds a form to the policy of its page
also when the answer redirects, so a page whose form leads to a provider must name it in `form-action`.
"""

from __future__ import annotations

from django.conf import settings

ONBOARDING = ("https://connect.stripe.com",)
HOSTED = ("https://checkout.stripe.com", "https://*.paypal.com")


def origins() -> list[str]:
    """Where buyers pay."""
    return [*HOSTED, *_ours()]


def onboarding_origins() -> list[str]:
    """Where organizers tell a provider who they are."""
    return [*ONBOARDING, *_ours()]


def _ours() -> list[str]:
    """PUBLIC_URL too: a demo opened at 127.0.0.1 has the sandbox's pages at localhost."""
    return [origin for origin in (settings.PUBLIC_URL, settings.SANDBOX_URL) if origin]
