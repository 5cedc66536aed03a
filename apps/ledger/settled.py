"""Up to which entry the books are final: see core/settled.py."""

from __future__ import annotations

from datetime import timedelta

from apps.core import settled
from apps.core.settled import PATIENCE, StillMoving

__all__ = ["StillMoving", "settled_up_to"]


def settled_up_to(*, patience: timedelta = PATIENCE) -> int:
    """
    The id up to which no entry can appear any more.

    :raises StillMoving: after `patience`.
    """
    return settled.settled_up_to("ledger_entry", patience=patience)
