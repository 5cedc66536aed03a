"""The only writer of acts on money."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, models

from apps.core.money import Money
from apps.core.origin import origin
from apps.trail.models import MoneyAct, subject_of


def record(
    act: str,
    *,
    about: models.Model,
    actor: str,
    at: datetime,
    reason: str = "",
    amount: Money | None = None,
) -> MoneyAct:
    """
    In the transaction of the act: both are true or neither. From where it was done is known here.

    act: a thing and a verb, "payout.approve".
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an act on money is recorded in the transaction that does it")
    return MoneyAct.objects.create(
        act=act,
        subject=subject_of(about),
        actor=actor,
        origin=origin(),
        reason=reason[:500],
        amount_minor=amount.minor if amount is not None else None,
        currency=amount.currency if amount is not None else "",
        at=at,
    )
