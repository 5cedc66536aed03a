"""
A batch of bookings as DATEV reads it: "Buchungsstapel", header 700, category 21, version 13. Windows-1252,
semicolons, commas in amounts, texts in quotes and CRLF.

Source: DATEV-Format, header and Buchungsstapel (developer.datev.de, "DATEV-Format"), November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from apps.core.money import Money
from apps.exports.datev.bookings import Booking, bookings
from apps.exports.datev.books import bookkeeping_of, year_of
from apps.exports.datev.columns import COLUMNS
from apps.exports.models import Bookkeeping
from apps.exports.scope import Scope

MOST = 99_999  # bookings in one batch
_TEXT, _DOCUMENT = 60, 36  # characters
Counted = Callable[[Iterator[Booking]], Iterator[Booking]]
_NOT_OF_A_DOCUMENT = re.compile(r"[^0-9A-Za-z$&%*+\-/]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class TooManyBookings(Exception):
    """More than a batch may have."""


def batch(scope: Scope, counted: Counted = iter) -> Iterator[bytes]:
    """
    Line by line. A period that is over gives the same bytes each time, as long as the account numbers
    are the same: even the moment it says it was made is the period's end.

    :raises TooManyBookings: after as many as it may have.
    """
    yield _bytes(_header(scope, bookkeeping_of(scope.one_organizer)))
    yield _bytes(COLUMNS)
    for number, booking in enumerate(counted(bookings(scope))):
        if number == MOST:
            raise TooManyBookings
        yield _bytes(_line(booking))


def _bytes(cells: list[str] | tuple[str, ...]) -> bytes:
    """What Windows-1252 has no sign for becomes a question mark."""
    return (";".join(cells) + "\r\n").encode("cp1252", errors="replace")


def _header(scope: Scope, numbers: Bookkeeping) -> list[str]:
    made = f"{_naive(scope.until):%Y%m%d%H%M%S}000"
    return [
        *(_quoted("EXTF"), "700", "21", _quoted("Buchungsstapel"), "13"),
        *(made, "", _quoted(""), _quoted("Parterre"), _quoted("")),
        *(f"{numbers.consultant}", f"{numbers.client}"),
        *(_day(year_of(scope.first, numbers)), f"{numbers.account_length}"),
        *(_day(scope.first), _day(scope.last), _quoted("Parterre"), _quoted("")),
        # Ledger, for all purposes; not locked: that is the accountant's to do.
        *("1", "0", "0", _quoted("EUR")),
        *("", _quoted(""), "", "", _quoted(numbers.chart), "", "", _quoted(""), _quoted("")),
    ]


def _line(booking: Booking) -> list[str]:
    amount = Money(abs(booking.minor), "EUR").plain().replace(".", ",")
    filled: Mapping[str, str] = {
        "Umsatz (ohne Soll/Haben-Kz)": amount,
        "Soll/Haben-Kennzeichen": _quoted("S" if booking.minor > 0 else "H"),
        "WKZ Umsatz": _quoted("EUR"),
        "Konto": booking.account,
        "Gegenkonto (ohne BU-Schlüssel)": booking.against,
        "BU-Schlüssel": _quoted(booking.key),
        "Belegdatum": f"{booking.day:%d%m}",
        "Belegfeld 1": _quoted(_NOT_OF_A_DOCUMENT.sub("-", booking.document)[:_DOCUMENT]),
        "Buchungstext": _quoted(_CONTROL.sub(" ", booking.text)[:_TEXT]),
        # By which it is found again in the ledger, and known when it is read in twice.
        "Zusatzinformation - Art 1": _quoted("Parterre"),
        "Zusatzinformation- Inhalt 1": _quoted(booking.id),
    }
    return [filled.get(name, "") for name in COLUMNS]


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
