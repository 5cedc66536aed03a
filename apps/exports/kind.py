"""What a kind of export is. The kinds themselves are data: see kinds/."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.core.money import Money
from apps.exports.scope import Scope

# An amount stands beside a column with its currency. The file's form is the writer's.
Cell = str | int | Decimal | Money | datetime | date | None
Row = Sequence[Cell]


class Narrows(Enum):
    """How far it can be narrowed down."""

    TO_EVENT = auto()
    TO_ORGANIZER = auto()


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    title: Promise
    to: Capability
    narrows: Narrows
    head: tuple[Any, ...]
    rows: Callable[[Scope], Iterator[Row]]

    def columns(self) -> list[str]:
        return [*map(str, self.head), str(_("Time zone"))]

    def table(self, scope: Scope) -> Iterator[Row]:
        """With every moment as the clock of the scope showed it."""
        for row in self.rows(scope):
            yield [*(_local(cell, scope) for cell in row), str(scope.zone)]


def _local(cell: Cell, scope: Scope) -> Cell:
    return cell.astimezone(scope.zone) if isinstance(cell, datetime) else cell
