from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.outbox.publish import publish
from apps.payments.gateways.registry import DISPUTE_GATEWAYS
from apps.payments.models import FraudWarning, Payment


def note_warning(payment: Payment, warning_id: str, *, at: datetime) -> FraudWarning:
    """
    Keep what the provider says of a warning. Not in a transaction.

    :raises GatewayError: it could not be asked.
    """
    seen = DISPUTE_GATEWAYS[payment.provider].fetch_warning(warning_id)
    with transaction.atomic():
        warning, new = FraudWarning.objects.update_or_create(
            provider=payment.provider,
            provider_id=seen.id,
            defaults={"actionable": seen.actionable, "kind": seen.kind[:80]},
            create_defaults={
                "payment": payment,
                "actionable": seen.actionable,
                "kind": seen.kind[:80],
                "warned_at": seen.warned_at,
            },
        )
        if new:
            publish("payment.fraud_warned", about=warning, at=at)
    return warning
