from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from apps.core.transitions import Stateful
from apps.exports.models.export import Export
from apps.exports.states import FILE_TRANSITIONS, FileState


class ExportFile(Stateful):
    """What a worker makes of an export that is too large to wait for, or that nobody waits for."""

    TRANSITIONS = FILE_TRANSITIONS

    export = models.OneToOneField(Export, on_delete=models.PROTECT, related_name="file")
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.REQUESTED)
    language = models.CharField(max_length=5)  # of its heads and words
    # Which try it is; only parts of the newest one count, so who comes back late spoils nothing.
    attempt = models.PositiveSmallIntegerField(default=0)
    busy_until = models.DateTimeField(null=True, blank=True)  # its worker says so again and again
    rows = models.PositiveBigIntegerField(default=0)  # so far
    size = models.PositiveBigIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    failure = models.CharField(max_length=20, blank=True)  # why: see words.py
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=FileState.READY) | ~Q(sha256="") & Q(expires_at__isnull=False),
                name="export_file_ready_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="export_file_expires",
                condition=Q(state=FileState.READY),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.export} ({self.state})"

    def state_at(self, at: datetime) -> FileState:
        """Its time is over to the second; the hourly cleaning deletes it somewhat later."""
        over = self.expires_at is not None and self.expires_at <= at
        return FileState.EXPIRED if over else FileState(self.state)


class FilePart(models.Model):
    """
    Some bytes of a file, in their order. In the database, so that a file is whole or not there, any
    machine reads it, and no address of a bucket leads to it.
    """

    file = models.ForeignKey(ExportFile, on_delete=models.CASCADE, related_name="parts")
    attempt = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file", "attempt", "number"], name="export_file_part_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.number}"


class Download(models.Model):
    """Who took a file, and when. Append-only."""

    file = models.ForeignKey(ExportFile, on_delete=models.PROTECT, related_name="downloads")
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.file_id} by {self.actor}"
