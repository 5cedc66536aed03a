from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.events.models import Event


class About(models.TextChoices):
    GATE = "gate", _("Gate")
    SLOT = "slot", _("Time slot")


class DoorTerms(models.Model):
    """
    Append-only: what a gate, or the time slot of a variant, said from then on. What a phone did is
    measured by what was true at that time. terms: None when there was no slot any more.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="door_terms")
    about = models.CharField(max_length=4, choices=About.choices)
    subject_id = models.BigIntegerField()  # of the gate, or of the slot's variant
    terms = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("terms of a door")
        verbose_name_plural = _("terms of doors")
        indexes = [models.Index(fields=["event", "at"])]

    def __str__(self) -> str:
        return f"{self.about} {self.subject_id} from {self.at}"
