from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.box_office.models import LineKind, Till
from apps.box_office.services.book import NewLine, write_line
from apps.box_office.services.sell import scope_of
from apps.checkin.models import Device
from apps.core.money import Money
from apps.trail.record import record


class TillIsOpen(Exception):
    """This device has one already: also when the form was sent twice."""


def open_till(device: Device, float_: Money, *, cashier: str, key: UUID, at: datetime) -> Till:
    """
    With a counted float, which may be nothing.

    :raises TillIsOpen: nothing was changed.
    """
    try:
        with transaction.atomic():
            till = Till.objects.create(
                device=device, currency=float_.currency, cashier=cashier, opened_at=at
            )
            write_line(till, NewLine(key, LineKind.FLOAT, float_), at=at)
            actor = scope_of(device.pk)
            record("till.open", about=till, actor=actor, at=at, reason=cashier, amount=float_)
    except IntegrityError as twin:
        raise TillIsOpen from twin
    return till
