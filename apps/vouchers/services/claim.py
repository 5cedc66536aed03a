"""
Using a code: claimed under an order's claim, before its places, so that nobody who holds places waits
for a code; spent when the order is paid, given back when it ends unpaid, free by itself at its time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected, LockNotAvailable

from apps.vouchers import sql
from apps.vouchers.models import Code

WAIT = "2s"
_BRIDGE = timedelta(minutes=5)  # over the transaction that spends it


class UsedUp(Exception):
    """Its budget is spent, or held by others."""


class UsedByThem(Exception):
    """This person used it as often as one may."""


class CodeBusy(Exception):
    """Others hold its last uses and did not decide in time: try again."""


def claim_use(code: Code, claim: UUID, *, buyer: str, hold: timedelta) -> None:
    """
    :raises UsedUp, UsedByThem, CodeBusy: roll back.
    """
    if code.per_person is not None:
        sql.lock_person(code.pk, buyer)
        if sql.count_of_buyer(code.pk, buyer) >= code.per_person:
            raise UsedByThem
    _take(code, claim, buyer=buyer, hold=hold)


def _take(code: Code, claim: UUID, *, buyer: str, hold: timedelta) -> None:
    if code.budget is None:
        sql.add(code.pk, claim, buyer, hold)
    elif not sql.take_skipping(code.pk, code.budget, claim, buyer, hold):
        _wait_for_one(code, claim, buyer=buyer, hold=hold)


def _wait_for_one(code: Code, claim: UUID, *, buyer: str, hold: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
    try:
        taken = sql.take_waiting(code.pk, claim, buyer, hold)
    except OperationalError as trouble:
        if isinstance(trouble.__cause__, (LockNotAvailable, DeadlockDetected)):
            raise CodeBusy from trouble
        raise
    if not taken:
        raise UsedUp


def name_person(code: Code, claim: UUID, *, email: str) -> None:
    """
    Who uses it, by their address: another browser is not another person.

    :raises UsedByThem: roll back.
    """
    if code.per_person is not None:
        sql.lock_person(code.pk, email)
        if sql.count_of_email(code.pk, email, besides=claim) >= code.per_person:
            raise UsedByThem
    sql.name(claim, email)


def extend(claim: UUID, *, until: datetime) -> None:
    """Hold it longer, never shorter. When it went to somebody else, `spend` will say so."""
    sql.extend(claim, until)


def spend(code: Code, claim: UUID, *, buyer: str, email: str) -> None:
    """
    For good. One that lapsed and went to somebody else is claimed again while the budget lasts.

    :raises UsedUp, CodeBusy: roll back.
    """
    if sql.settle(claim):
        return
    _take(code, claim, buyer=buyer, hold=_BRIDGE)
    sql.name(claim, email)
    sql.settle(claim)


def release(claim: UUID) -> None:
    """Give back what was held; what is spent stays spent."""
    sql.release(claim)
