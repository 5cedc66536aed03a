from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer
from apps.events.models import Event
from apps.exports.models.schedule import ExportSchedule


class Form(models.TextChoices):
    XLSX = "xlsx", _("Excel (XLSX)")
    GERMAN_CSV = "csv_de", _("CSV for German spreadsheets (1234,50 and 31.12.2026)")
    CSV = "csv", _("CSV for programs (1234.50 and 2026-12-31)")
    DATEV = "datev", _("DATEV (Buchungsstapel)")


# What people choose from; DATEV is the one form of its kind.
TABLES = (Form.XLSX, Form.GERMAN_CSV, Form.CSV)


class Export(models.Model):
    """
    Somebody took data out, or a schedule did: what and when. Append-only. What is small is sent at
    once and not kept, the same request makes it again; the rest has a file.
    """

    # Empty: of all organizers, by an operator.
    organizer = models.ForeignKey(
        Organizer, on_delete=models.PROTECT, null=True, blank=True, related_name="exports"
    )
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="exports"
    )
    schedule = models.ForeignKey(
        ExportSchedule, on_delete=models.PROTECT, null=True, blank=True, related_name="exports"
    )
    kind = models.CharField(_("kind"), max_length=20)  # of kinds.KINDS
    form = models.CharField(_("form"), max_length=8, choices=Form.choices)
    first = models.DateField()
    last = models.DateField()
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [models.Index(fields=["organizer", "created_at"], name="export_recent")]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="export_period"),
            models.UniqueConstraint(
                fields=["schedule", "first"],
                condition=Q(schedule__isnull=False),
                name="export_once_per_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first:%Y-%m-%d} – {self.last:%Y-%m-%d}"
