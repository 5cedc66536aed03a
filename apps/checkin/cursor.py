"""
Since when a phone asks. A time would lose what is committed after it by a transaction that began before;
a cursor is the oldest transaction still running then, so a change may come twice, but never not at all.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import connection

from apps.checkin.models import settings_of
from apps.events.models import Event

_DIGITS_MAX = 18
# Numbers of transactions mean something in one history only: not in a copy of the database, nor in this
# one once it was set back.
_NOW = """
    SELECT concat_ws(',',
               (SELECT system_identifier FROM pg_control_system()),
               CASE WHEN pg_is_in_recovery() THEN '' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END,
               'tickets_ticket'::regclass::oid,
               'checkin_entry'::regclass::oid),
           pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
           greatest(pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
                    coalesce(pg_current_xact_id_if_assigned()::text::bigint + 1, 0))
"""


class CursorLost(Exception):
    """It is of another history, or of other rules of what phones may keep: load everything anew."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """
    oldest: the first transaction that was still running. ends: none that is done has this number or a
    higher one, so a row that says so is of another history and no change of ours.
    """

    history: str
    oldest: int
    ends: int

    def __str__(self) -> str:
        return f"{self.history}.{self.oldest}"

    def since(self, text: str) -> int:
        """
        The oldest transaction of an earlier cursor.

        :raises CursorLost:
        """
        history, _, oldest = text.partition(".")
        number = whole(oldest)
        if history != self.history or number is None or number > self.oldest:
            raise CursorLost(text)
        return number


def cursor_of(event: Event) -> Cursor:
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        history, oldest, ends = cursor.fetchone()
    keeps = f"{history},{event.pk},{settings_of(event).names_offline}"
    return Cursor(hashlib.sha256(keeps.encode()).hexdigest()[:16], oldest, ends)


def whole(text: str) -> int | None:
    """A number as we write it; None for anything else."""
    if text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX:
        return int(text)
    return None
