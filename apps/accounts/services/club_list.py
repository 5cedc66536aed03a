"""The member list of a club, pasted or uploaded as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import ClubMember, Organizer

LINES_MAX = 50_000
BATCH = 1000
_DATES = ("%Y-%m-%d", "%d.%m.%Y")
_HEADINGS = {"email", "e-mail", "mail"}


@dataclass(frozen=True, slots=True)
class Line:
    email: str
    number: str = ""
    valid_until: date | None = None


class BadLines(Exception):
    """problems: "Line 3: …", in the active language; nothing was saved."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_club_list(text: str) -> list[Line]:
    """
    E-mail, number, valid until; comma, semicolon or tab; the last of two lines for an address counts.

    :raises BadLines: naming each line that cannot be read.
    """
    found: dict[str, Line] = {}
    problems: list[str] = []
    for number, cells in _rows(text):
        try:
            line = _line(cells)
        except ValueError as wrong:
            problems.append(
                _("Line %(number)d: %(problem)s") % {"number": number, "problem": wrong}
            )
        else:
            found[line.email] = line
    if len(found) > LINES_MAX:
        problems.append(_("More than %(count)d lines.") % {"count": LINES_MAX})
    if problems:
        raise BadLines(problems)
    return list(found.values())


@transaction.atomic
def add_to_club(organizer: Organizer, lines: list[Line]) -> int:
    """New members are added and known ones updated; nobody is removed. How many lines."""
    ClubMember.objects.bulk_create(
        (
            ClubMember(
                organizer=organizer,
                email=line.email,
                number=line.number,
                valid_until=line.valid_until,
            )
            for line in lines
        ),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["organizer", "email"],
        update_fields=["number", "valid_until"],
    )
    return len(lines)


@transaction.atomic
def replace_club(organizer: Organizer, lines: list[Line]) -> int:
    """The list is this one from now on. How many were removed."""
    kept = [line.email for line in lines]
    removed, _by_model = (
        ClubMember.objects.filter(organizer=organizer).exclude(email__in=kept).delete()
    )
    add_to_club(organizer, lines)
    return removed


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.lstrip("\ufeff \r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    for number, cells in enumerate(
        csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter), 1
    ):
        stripped = [cell.strip() for cell in cells]
        if any(stripped) and stripped[0].lower() not in _HEADINGS:
            yield number, stripped


def _line(cells: list[str]) -> Line:
    email, number, until = (*cells, "", "")[:3]
    email = email.lower()
    try:
        validate_email(email)
    except ValidationError as wrong:
        raise ValueError(_("“%(text)s” is no e-mail address.") % {"text": email}) from wrong
    return Line(email, number[:40], _date(until) if until else None)


def _date(text: str) -> date:
    for pattern in _DATES:
        try:
            # A calendar day: no time zone belongs to it.
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - see above
        except ValueError:
            continue
    raise ValueError(_("“%(text)s” is no date like 2027-12-31.") % {"text": text})
