"""Bookings for an accountant: one file form, written by datev/batch.py."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.core.money import Money
from apps.exports.datev.bookings import bookings
from apps.exports.datev.checks import ZONE, why_not
from apps.exports.kind import Kind, Narrows, Row
from apps.exports.kinds.books import entries
from apps.exports.models import Form
from apps.exports.scope import Scope


def _bookings(scope: Scope) -> Iterator[Row]:
    """The same as a table."""
    if scope.organizer is None:
        return
    for booking in bookings(scope):
        yield [
            booking.day,
            booking.account,
            booking.against,
            booking.key,
            booking.document,
            booking.text,
            Money(booking.minor, "EUR"),
            booking.id,
        ]


DATEV = Kind(
    name="datev",
    title=_("Bookings for DATEV"),
    to=Capability.MANAGE_PAYOUTS,
    narrows=Narrows.TO_ORGANIZER,
    head=(
        _("Day"),
        _("Account"),
        _("Against"),
        _("Tax key"),
        _("Document"),
        _("Text"),
        _("Amount"),
        _("Key"),
    ),
    rows=_bookings,
    source=entries,
    forms=(Form.DATEV,),
    why_not=why_not,
    zone=ZONE,
)
