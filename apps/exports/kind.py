"""What a kind of export is. The kinds themselves are data: see kinds/."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.core.money import Money
from apps.exports.models import Form
from apps.exports.models.export import TABLES
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
    """
    source: the rows of ours it is made of; their number says whether somebody can wait for it. None:
    there are few, however much was sold.
    """

    name: str
    title: Promise
    to: Capability
    narrows: Narrows
    head: tuple[Any, ...]
    rows: Callable[[Scope], Iterator[Row]]
    source: Callable[[Scope], QuerySet[Any]] | None = None
    forms: Sequence[Form] = TABLES
    # What speaks against making it of a scope: sentences.
    why_not: Callable[[Scope, datetime], list[str]] = lambda _scope, _at: []
    zone: tzinfo | None = None  # in which its days are counted; None: where the events are

    def columns(self) -> list[str]:
        return [*map(str, self.head), str(_("Time zone"))]

    def table(self, scope: Scope) -> Iterator[Row]:
        """With every moment as the clock of the scope showed it."""
        for row in self.rows(scope):
            yield [*(_local(cell, scope) for cell in row), str(scope.zone)]

    def has_more_than(self, most: int, scope: Scope) -> bool:
        """Counts no further than that."""
        if self.source is None:
            return False
        return self.source(scope).order_by()[: most + 1].count() > most


def _local(cell: Cell, scope: Scope) -> Cell:
    return cell.astimezone(scope.zone) if isinstance(cell, datetime) else cell
