from __future__ import annotations

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.checkin.models.gate import Gate
from apps.checkin.models.scan import Scan
from apps.events.models import Event
from apps.tickets.models import Ticket

# The unique index decides who was first, without an error for the other and without a lock to forget.
_TAKE = """
    INSERT INTO checkin_entry (ticket_id, event_id, gate_id, scan_id, device, at, "double", undone_by)
    VALUES (%s, %s, %s, %s, %s, %s, false, '')
    ON CONFLICT (ticket_id) WHERE NOT "double" AND undone_at IS NULL DO NOTHING
"""


class EntryQuerySet(models.QuerySet["Entry"]):
    def standing(self) -> EntryQuerySet:
        """Not undone: these people are counted as inside."""
        return self.filter(undone_at__isnull=True)


class Entry(models.Model):
    """A ticket went in. A double entry (two devices offline) is kept and marked, never hidden."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="entries")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="entries")
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, null=True, related_name="entries")
    # By the device's uuid, so that the entry can be written before the scan that tells of it.
    scan = models.OneToOneField(
        Scan, on_delete=models.PROTECT, to_field="scan_id", related_name="entry"
    )
    device = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    double = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=80, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = [
            models.Index(
                fields=["event", "gate"], name="entry_standing", condition=Q(undone_at__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                name="entry_once",
                condition=Q(double=False, undone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} at {self.at}"

    def take(self) -> bool:
        """Write it, unless the ticket is inside already. Waits for whoever is taking the same one."""
        with connection.cursor() as cursor:
            cursor.execute(
                _TAKE,
                [self.ticket_id, self.event_id, self.gate_id, self.scan_id, self.device, self.at],
            )
            written: int = cursor.rowcount
            return written == 1
