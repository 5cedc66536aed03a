from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.events.models import Event


class Gate(models.Model):
    """An entrance of an event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="gates")
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("gate")
        verbose_name_plural = _("gates")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="gate_once")]

    def __str__(self) -> str:
        return self.name
