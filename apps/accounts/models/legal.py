from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.organizer import Organizer


class LegalTexts(models.Model):
    """The organizer's texts as a version of them read; orders store which version was accepted."""

    organizer = models.ForeignKey(Organizer, on_delete=models.CASCADE, related_name="legal_texts")
    version = models.PositiveIntegerField()
    imprint = models.TextField(blank=True)
    terms = models.TextField(blank=True)
    withdrawal_notice = models.TextField(blank=True)
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("legal texts")
        verbose_name_plural = _("legal texts")
        constraints = [
            models.UniqueConstraint(fields=["organizer", "version"], name="legal_texts_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organizer}, {self.version}"
