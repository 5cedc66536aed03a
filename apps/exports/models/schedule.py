from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership, Organizer
from apps.events.models import Event


class Every(models.TextChoices):
    WEEK = "week", _("every week")
    MONTH = "month", _("every month")


class ExportSchedule(models.Model):
    """
    An export that comes by itself when a week or month is over. It is stopped, never changed: what came
    by it stays told as it was.
    """

    organizer = models.ForeignKey(
        Organizer, on_delete=models.PROTECT, related_name="export_schedules"
    )
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="export_schedules"
    )
    kind = models.CharField(_("kind"), max_length=20)  # of kinds.KINDS
    form = models.CharField(_("form"), max_length=8)  # of Form
    every = models.CharField(_("how often"), max_length=5, choices=Every.choices)
    # Who leaves the team is no recipient any more: the membership is gone.
    recipients = models.ManyToManyField(Membership, related_name="export_schedules")
    next_first = models.DateField()  # the first day of what comes next
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    stopped_by = models.CharField(max_length=80, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("export by mail")
        verbose_name_plural = _("exports by mail")
        indexes = [
            models.Index(
                fields=["next_first"],
                name="export_schedule_due",
                condition=Q(stopped_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_by="")
                | Q(stopped_at__isnull=False) & ~Q(stopped_by=""),
                name="export_schedule_stopped_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.every} of {self.organizer_id}"
