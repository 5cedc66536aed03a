from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.payments.models import Payment
from apps.trail.record import record


class NothingToLookAt(Exception):
    """Somebody was faster, or nothing about it differs."""


def look_over(payment: Payment, *, reason: str, actor: str, at: datetime) -> None:
    """
    Somebody compared what differed, and there is nothing left to do about it: from now on it is a
    payment like any other, which goes back by itself where others do. Another difference marks it again.

    :raises NothingToLookAt: nothing was changed.
    """
    with transaction.atomic():
        locked = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        if not locked.needs_review:
            raise NothingToLookAt
        Payment.objects.filter(pk=locked.pk).update(needs_review=False)
        record(
            "payment.look_over",
            about=locked,
            actor=actor,
            at=at,
            reason=reason,
            amount=locked.amount,
        )
