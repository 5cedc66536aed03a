from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer


class SupervisorQuerySet(models.QuerySet["Supervisor"]):
    def serving(self) -> SupervisorQuerySet:
        return self.filter(retired_at__isnull=True)


class Supervisor(models.Model):
    """Somebody who may overrule a refusal at the organizer's doors, with a PIN (`pins.py`)."""

    organizer = models.ForeignKey(Organizer, on_delete=models.CASCADE, related_name="supervisors")
    name = models.CharField(_("name"), max_length=60)
    salt = models.BinaryField(max_length=16)
    iterations = models.PositiveIntegerField()
    key = models.BinaryField(max_length=32)  # derived from the PIN; phones get only its hash
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = SupervisorQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervisor")
        verbose_name_plural = _("supervisors")

    def __str__(self) -> str:
        return self.name
