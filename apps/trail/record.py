"""The only writer of acts on money."""

from __future__ import annotations

from collections.abc import Iterable
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
    _in_its_transaction()
    written = _act(act, about, actor, at, reason)
    if amount is not None:
        written.amount_minor, written.currency = amount.minor, amount.currency
    written.save()
    return written


def record_each(
    act: str, *, about: Iterable[models.Model], actor: str, at: datetime, reason: str = ""
) -> None:
    """The same done to many at once."""
    _in_its_transaction()
    MoneyAct.objects.bulk_create(_act(act, row, actor, at, reason) for row in about)


def _in_its_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("an act on money is recorded in the transaction that does it")


def _act(act: str, about: models.Model, actor: str, at: datetime, reason: str) -> MoneyAct:
    return MoneyAct(
        act=act,
        subject=subject_of(about),
        actor=actor,
        origin=origin(),
        reason=reason[:500],
        at=at,
    )
