from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.events.models import Event


class Doubt(models.TextChoices):
    """What the organizer should look at."""

    DOUBLE = "double", _("Double entries")
    LET_IN = "let_in", _("Let in all the same")
    TURNED_AWAY = "turned_away", _("Refused, though good")
    OVERRIDE = "override", _("Overruled")
    FLAW = "flaw", _("Flaws of logs")
    GAP = "gap", _("Gaps in logs")
    QUARANTINE = "quarantine", _("Logs of revoked phones")
    SILENT = "silent", _("Not uploaded yet")


class DoubtNote(models.Model):
    """
    Append-only: somebody looked at a doubt, and what they found. subject: of a double entry the ticket,
    of a scan its scan_id, of a flaw its flag, of all else the device.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="doubt_notes")
    kind = models.CharField(max_length=12, choices=Doubt.choices)
    subject = models.CharField(max_length=40)
    text = models.CharField(_("what you found"), max_length=400)
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=120)  # as they were called then
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("note on a doubt")
        verbose_name_plural = _("notes on doubts")
        indexes = [models.Index(fields=["event", "kind", "subject"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
