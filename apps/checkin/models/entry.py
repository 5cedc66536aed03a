from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.checkin.models.device import Device
from apps.checkin.models.gate import Gate
from apps.checkin.models.scan import Scan
from apps.events.models import Event
from apps.tickets.models import Ticket

_COLUMNS = """
    ticket_id, event_id, gate_id, scan_id, device_id, device_name, at, within_ms, standing, turn,
    order_unknown, undone_by
"""
_VALUES = """
    %s::bigint, %s::bigint, %s::bigint, %s::uuid, %s::bigint, %s, %s::timestamptz, %s::int, %s,
    %s::smallint, false, ''
"""
# The unique index decides who was first, without an error for the other.
_FIRST = "(ticket_id, turn) WHERE standing = 'regular' AND undone_at IS NULL"
_TAKE = f"""
    INSERT INTO checkin_entry ({_COLUMNS}) VALUES ({_VALUES}) ON CONFLICT {_FIRST} DO NOTHING
"""  # noqa: S608 - text of ours
# Somebody a supervisor let in is not in that index, and has used the ticket all the same.
_TAKE_ALONE = f"""
    INSERT INTO checkin_entry ({_COLUMNS}) SELECT {_VALUES}
    WHERE NOT EXISTS (SELECT FROM checkin_entry WHERE ticket_id = %s AND undone_at IS NULL)
    ON CONFLICT {_FIRST} DO NOTHING
"""  # noqa: S608 - text of ours


class Standing(models.TextChoices):
    REGULAR = "regular", _("Regular")
    OVERRULED = "overruled", _("By a supervisor")
    DOUBLE = "double", _("Double")


class EntryQuerySet(models.QuerySet["Entry"]):
    def standing(self) -> EntryQuerySet:
        """Not undone: these people went in."""
        return self.filter(undone_at__isnull=True)

    def inside(self) -> EntryQuerySet:
        """They went in and nobody scanned them out."""
        return self.standing().filter(left_at__isnull=True)

    def double(self) -> EntryQuerySet:
        return self.standing().filter(standing=Standing.DOUBLE)


class Entry(models.Model):
    """
    A ticket went in, by the scan that let it. Which of several entries is the regular one follows
    from all passages of the ticket (`history.py`): a double entry is kept and marked, never hidden.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="entries")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="entries")
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, null=True, related_name="entries")
    # By the device's uuid, so that the entry can be written before the scan that tells of it.
    scan = models.OneToOneField(
        Scan, on_delete=models.PROTECT, to_field="scan_id", related_name="entry"
    )
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, related_name="entries")
    device_name = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    within_ms = models.PositiveIntegerField(default=0)  # ± around it
    standing = models.CharField(max_length=9, choices=Standing.choices, default=Standing.REGULAR)
    turn = models.PositiveSmallIntegerField(default=1)  # 1 where a ticket goes in only once
    order_unknown = models.BooleanField(default=False)  # the clocks cannot say who was first
    left_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=80, blank=True)
    # Which transaction changed it last; the database writes it (core/touched.py).
    touched = models.BigIntegerField(default=0, db_default=0, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = [
            models.Index(fields=["event", "touched"], name="entry_touched"),
            models.Index(
                fields=["event", "gate"], name="entry_standing", condition=Q(undone_at__isnull=True)
            ),
            models.Index(
                fields=["event", "at"],
                name="entry_double",
                condition=Q(standing=Standing.DOUBLE, undone_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "turn"],
                name="entry_once",
                condition=Q(standing=Standing.REGULAR, undone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} at {self.at}"

    def take(self) -> bool:
        """Write it, unless the ticket had this turn already. Waits for whoever is taking the same one."""
        return self._written(_TAKE, self._values())

    def take_alone(self) -> bool:
        """The same, for a ticket that goes in once: unless there is an entry of any kind."""
        return self._written(_TAKE_ALONE, [*self._values(), self.ticket_id])

    def _values(self) -> list[Any]:
        return [
            self.ticket_id,
            self.event_id,
            self.gate_id,
            self.scan_id,
            self.device_id,
            self.device_name,
            self.at,
            self.within_ms,
            self.standing,
            self.turn,
        ]

    def _written(self, statement: str, values: list[Any]) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            written: int = cursor.rowcount
            return written == 1
