"""A guest list as people have it: lines of a mail, or rows of a spreadsheet. Read here, given elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

LINES_MAX = 300
TICKETS_MAX = 20  # of one line; a telephone number is not taken for company
NAME_MAX, EMAIL_MAX = 120, 254

_BULLET = re.compile(r"^\s*(?:[-–•*]|\d{1,3}[.)])\s+")
_ADDRESS = re.compile(r"<?(?:mailto:)?([^\s<>,;\"()]*@[^\s<>,;\"()]*)>?")
_COMPANY = re.compile(r"(?<![^\s,;(])\+\s?(\d+)(?![^\s,;)])")
_HEADINGS = {"name", "guest", "gast", "e-mail", "email", "mail", "tickets", "anzahl"}


@dataclass(frozen=True, slots=True)
class GuestLine:
    """
    What was understood of a line. number: where it stands. problem: why it cannot be taken, in the
    active language; "" when it can.
    """

    number: int
    typed: str
    name: str = ""
    email: str = ""
    tickets: int = 1
    problem: str = ""

    @property
    def who(self) -> tuple[str, str]:
        """The same for the same guest, however it is written."""
        return (self.name.casefold(), self.email)


def read_guest_list(text: str) -> list[GuestLine]:
    """
    "name", "name, mail", "name <mail>" or cells with tabs or semicolons, with "+2" for company or a
    number of tickets in a cell of its own. Empty lines and headings are left out.
    """
    seen: dict[tuple[str, str], int] = {}
    return [_once(line, seen) for line in _lines(text)]


def _lines(text: str) -> Iterator[GuestLine]:
    first = True
    for number, typed in enumerate(text.replace("\ufeff", "").splitlines(), 1):
        if typed.strip():
            if not (first and _is_heading(typed)):
                yield _read(number, typed.strip())
            first = False


def _is_heading(typed: str) -> bool:
    return all(cell.lower() in _HEADINGS for cell in _cells(typed))


def _read(number: int, typed: str) -> GuestLine:
    rest = _BULLET.sub("", typed)
    addresses = [found.lower() for found in _ADDRESS.findall(rest)]
    rest = _ADDRESS.sub("", rest)
    counts = [1 + int(more) for more in _COMPANY.findall(rest)]
    cells = _cells(_COMPANY.sub("", rest))
    counts += [int(cell) for cell in cells if cell.isdecimal()]
    joined = (", " if _separator(rest) == "," else " ").join(c for c in cells if not c.isdecimal())
    line = GuestLine(
        number,
        typed,
        name=" ".join(joined.split()),
        email=addresses[0] if addresses else "",
        tickets=counts[0] if counts else 1,
    )
    return replace(line, problem=_problem(line, addresses, counts))


def _problem(line: GuestLine, addresses: list[str], counts: list[int]) -> str:
    if len(addresses) > 1:
        return _("There are two addresses. Give each guest a line.")
    if line.email and not _is_address(line.email):
        return _("“%(text)s” is no e-mail address.") % {"text": line.email}
    if not line.name:
        return _("The name is missing.")
    if len(line.name) > NAME_MAX:
        return _("The name is too long: at most %(count)d characters.") % {"count": NAME_MAX}
    if len(counts) > 1:
        return _("There are two numbers of tickets.")
    if not 1 <= line.tickets <= TICKETS_MAX:
        return _("A line may have 1 to %(count)d tickets.") % {"count": TICKETS_MAX}
    return ""


def _once(line: GuestLine, seen: dict[tuple[str, str], int]) -> GuestLine:
    first = seen.setdefault(line.who, line.number)
    if line.problem or first == line.number:
        return line
    return replace(line, problem=_("Line %(number)d has the same guest.") % {"number": first})


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= EMAIL_MAX


def _separator(text: str) -> str:
    return next((one for one in "\t;" if one in text), ",")


def _cells(text: str) -> list[str]:
    cells = (cell.strip(" \"'()<>\t") for cell in text.split(_separator(text)))
    return [cell for cell in cells if cell]
