from __future__ import annotations

from django.db import models


class StateChange(models.Model):
    """Append-only trace of every state change. Guarded by a trigger (migration 0002)."""

    subject = models.CharField(max_length=60)  # model label, e.g. "orders.order"
    subject_id = models.BigIntegerField()
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=20)
    actor = models.CharField(max_length=80)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id", "id"])]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}: {self.source} -> {self.target}"
