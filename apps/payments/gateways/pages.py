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
    """PUBLIC_URL too: a shop may be open at other names as well, and the sandbox's pages are there."""
    return [origin for origin in (settings.PUBLIC_URL, settings.SANDBOX_URL) if origin]
