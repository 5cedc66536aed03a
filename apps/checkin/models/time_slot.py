from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.variants.models import Variant


class TimeSlot(models.Model):
    """When tickets of a variant open the door; a variant without one opens it all through the event."""

    variant = models.OneToOneField(Variant, on_delete=models.CASCADE, related_name="time_slot")
    admits_from = models.DateTimeField(_("from"))
    admits_until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("time slot")
        verbose_name_plural = _("time slots")
        constraints = [
            models.CheckConstraint(
                condition=Q(admits_until__gt=F("admits_from")), name="time_slot_has_length"
            )
        ]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.admits_from} – {self.admits_until}"
