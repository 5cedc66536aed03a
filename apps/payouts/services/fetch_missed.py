"""What organizers' own accounts at Stripe told and we never heard: each account has a list of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db.models import QuerySet

from apps.accounts.models import PayoutMethod
from apps.payments.gateways.base import DISCONNECTED, Kind
from apps.payments.gateways.errors import GatewayError
from apps.payments.services.chase import fetch_missed_of

log = structlog.get_logger(__name__)


def fetch_missed(methods: QuerySet[PayoutMethod], back: timedelta, *, at: datetime) -> int:
    """How many notices were new. An account that cannot be read stops none of the others."""
    accounts = methods.filter(provider=Kind.STRIPE).exclude(destination="")
    accounts = accounts.exclude(missing__contains=[DISCONNECTED])  # it shows us nothing any more
    found = 0
    for account in accounts.values_list("destination", flat=True).order_by("destination"):
        try:
            found += fetch_missed_of(Kind.STRIPE, account, at - back, at=at)
        except GatewayError as trouble:
            log.warning("missed_events_unread", account=account, error=str(trouble))
    return found
