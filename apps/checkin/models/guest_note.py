from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.tickets.models import Ticket


class GuestNote(models.Model):
    """What the door should know of a guest. A later note replaces an earlier one; both are kept."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="notes")
    text = models.CharField(_("note"), max_length=200, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("note on a guest")
        verbose_name_plural = _("notes on guests")

    def __str__(self) -> str:
        return self.text
