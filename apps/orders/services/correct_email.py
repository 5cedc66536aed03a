from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.core.models import StateChange
from apps.orders.models import Order
from apps.outbox.publish import publish


def correct_email(order: Order, email: str, *, actor: str, at: datetime) -> None:
    """A mistyped address is put right: the old link dies, the mail goes to the new address."""
    with transaction.atomic():
        locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
        Order.objects.filter(pk=locked.pk).update(
            email=email.strip().lower(), key_version=F("key_version") + 1
        )
        StateChange.objects.create(
            subject=locked._meta.label_lower,
            subject_id=locked.pk,
            source=locked.state,
            target=locked.state,
            actor=actor,
            reason="e-mail address corrected",
            at=at,
        )
        publish("order.address_corrected", about=locked, at=at)
    order.refresh_from_db(fields=["email", "key_version"])
