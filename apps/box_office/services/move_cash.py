from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.box_office.models import LineKind, Till, TillLine
from apps.box_office.services.book import NewLine, lock_open, must_hold, write_line
from apps.box_office.services.sell import scope_of
from apps.core.money import Money
from apps.payments.gateways.offline import Method
from apps.trail.record import record


class NotThatMuch(Exception):
    """There is less in the till than is to be taken out."""

    def __init__(self, there: Money) -> None:
        super().__init__(repr(there))
        self.there = there


def put_in(till: Till, amount: Money, *, reason: str, key: UUID, at: datetime) -> TillLine:
    """
    The organizer's own cash, change for example. The same key again changes nothing.

    :raises TillClosed: nothing was changed.
    """
    return _move(till, NewLine(key, LineKind.CASH_IN, amount, reason=reason), at=at)


def take_out(till: Till, amount: Money, *, reason: str, key: UUID, at: datetime) -> TillLine:
    """
    To the safe, for the caretaker. The same key again changes nothing.

    :raises NotThatMuch, TillClosed: nothing was changed.
    """
    return _move(till, NewLine(key, LineKind.CASH_OUT, -amount, reason=reason), at=at)


def _move(till: Till, new: NewLine, *, at: datetime) -> TillLine:
    with transaction.atomic():
        locked = lock_open(till)
        known = TillLine.objects.filter(key=new.key).first()
        if known is not None:
            return known
        there = must_hold(locked, Method.CASH)
        if (there + new.amount).minor < 0:
            raise NotThatMuch(there)
        record(
            f"till.{new.kind}",
            about=locked,
            actor=scope_of(locked.device_id),
            at=at,
            reason=new.reason,
            amount=new.amount,
        )
        return write_line(locked, new, at=at)
