"""
Where buyers are sent to pay. Chromium holds a form to the policy of its page also when the answer
redirects, so a page whose form leads to a provider must name these in `form-action`.
"""

from __future__ import annotations

from django.conf import settings

HOSTED = ("https://checkout.stripe.com", "https://*.paypal.com")


def origins() -> list[str]:
    return [*HOSTED, *([settings.SANDBOX_URL] if settings.SANDBOX_URL else [])]
