"""
Where buyers are sent to pay. Chromium holds a form to the policy of its page also when the answer
redirects, so a page whose form leads to a provider must name these in `form-action`.
"""

from __future__ import annotations

from django.conf import settings

HOSTED = ("https://checkout.stripe.com", "https://*.paypal.com")


def origins() -> list[str]:
    """PUBLIC_URL too: a demo opened at 127.0.0.1 pays on the sandbox's pages at localhost."""
    ours = (settings.PUBLIC_URL, settings.SANDBOX_URL)
    return [*HOSTED, *(origin for origin in ours if origin)]
