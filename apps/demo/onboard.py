"""The demo's organizer lets itself be paid by Stripe: the real calls, answered by the sandbox."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from apps.accounts.models import Organizer, PayoutMethod
from apps.demo.sandbox import tell
from apps.payouts.services.connect import Pages, connect_stripe, refresh


def onboard(organizer: Organizer, *, actor: str, at: datetime) -> PayoutMethod:
    """
    :raises GatewayError, OutboundError: the sandbox is not running.
    """
    here = settings.PUBLIC_URL + reverse("demo:home")
    connect_stripe(
        organizer,
        country="DE",
        pages=Pages(return_url=here, refresh_url=here),
        actor=actor,
        at=at,
    )
    method = PayoutMethod.objects.get(organizer=organizer, provider="stripe")
    tell("submit_account", account=method.destination)
    return refresh(method)
