from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditRun(models.Model):
    """One look at every invariant, over the whole database."""

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    checks = models.PositiveIntegerField()
    # [{"number": 4, "name": "...", "rows": ["...", ...], "more": true}], only what is broken
    findings = models.JSONField(default=list)

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        indexes = [models.Index(fields=["-started_at"], name="audit_latest")]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}: {len(self.findings)} broken of {self.checks}"
