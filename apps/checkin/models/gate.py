from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.events.models import Event


class Direction(models.TextChoices):
    IN = "in", _("In")
    OUT = "out", _("Out")
    BOTH = "both", _("In and out")


class GateQuerySet(models.QuerySet["Gate"]):
    def in_use(self) -> GateQuerySet:
        return self.filter(removed_at__isnull=True)


class Gate(models.Model):
    """An entrance or exit of an event. What a list leaves empty, it does not limit."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="gates")
    name = models.CharField(_("name"), max_length=60)
    direction = models.CharField(
        _("direction"), max_length=4, choices=Direction.choices, default=Direction.IN
    )
    # Ids and not a relation: a scan reads its gate in one row.
    variants = ArrayField(
        models.BigIntegerField(), verbose_name=_("kinds of ticket"), default=list, blank=True
    )
    access_levels = ArrayField(
        models.CharField(max_length=40), verbose_name=_("access levels"), default=list, blank=True
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    # It stays on record: scans and late uploads name it.
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = GateQuerySet.as_manager()

    class Meta:
        verbose_name = _("gate")
        verbose_name_plural = _("gates")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "name"], name="gate_once", condition=Q(removed_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.name
