from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.checkin.models.device import Device


class Kind(models.TextChoices):
    SCAN = "scan", _("Scan")
    OVERRIDE = "override", _("Overruled")
    UNDO = "undo", _("Undone")
    PIN_FAILED = "pin_failed", _("Wrong PIN")
    START = "start", _("Started")
    UNREADABLE = "unreadable", _("Unreadable")


class LogEntry(models.Model):
    """
    One entry of a device's log, kept as it was sent. Each names the hash of the one before, so a
    changed or missing entry shows; two texts of one number are both kept. Append-only, but for
    `quarantined`: what came after the device was revoked counts only once somebody takes it in.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="log")
    seq = models.PositiveIntegerField()
    entry_id = models.UUIDField()  # of a scan its scan_id
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # The scan it speaks of: the lost call it replaces, the refusal it overrules, what it undoes.
    of = models.UUIDField(null=True)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)  # SHA-256 of the text's bytes
    text = models.TextField()
    happened_at = models.DateTimeField()  # the device's clock, corrected
    within_ms = models.PositiveIntegerField()  # ± around it
    received_at = models.DateTimeField()
    quarantined = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        constraints = [
            models.UniqueConstraint(fields=["device", "seq", "hash"], name="log_entry_once"),
            models.UniqueConstraint(fields=["device", "entry_id"], name="log_entry_id_once"),
        ]
        indexes = [
            models.Index(fields=["entry_id"]),
            models.Index(fields=["of"], name="log_entry_of", condition=models.Q(of__isnull=False)),
            models.Index(
                fields=["device"], name="log_entry_aside", condition=models.Q(quarantined=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} #{self.seq}: {self.kind}"


class LogHead(models.Model):
    """
    A device's log is here without a gap up to this entry. Who takes in a part of it holds this row and
    not the device's, so revoking a phone waits for no upload.
    """

    device = models.OneToOneField(
        Device, on_delete=models.CASCADE, primary_key=True, related_name="log_head"
    )
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("head of a log")
        verbose_name_plural = _("heads of logs")

    def __str__(self) -> str:
        return f"{self.device_id}: up to #{self.seq}"


class Flaw(models.TextChoices):
    """What a device's log can have against it."""

    FORK = "fork", _("Two different entries of one number")
    BROKEN_CHAIN = "broken_chain", _("An entry does not follow from the one before")
    UNREADABLE = "unreadable", _("An entry that cannot be read")
    CLOCK = "clock", _("Its clock cannot be right")
    CONTRADICTION = "contradiction", _("It says other than what it was answered")
    UNPROVEN = "unproven", _("Overruled without the PIN")
    FOREIGN = "foreign", _("It speaks of another device's scan")


class DeviceFlag(models.Model):
    """A device's log is not what it should be, from this entry on. Kept, never a verdict."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="flags")
    flaw = models.CharField(max_length=14, choices=Flaw.choices)
    seq = models.PositiveIntegerField()
    detail = models.TextField(blank=True)  # the text itself, whole
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("flaw of a device's log")
        verbose_name_plural = _("flaws of devices' logs")
        constraints = [
            models.UniqueConstraint(fields=["device", "flaw", "seq"], name="device_flag_once")
        ]

    def __str__(self) -> str:
        return f"{self.device_id} #{self.seq}: {self.flaw}"
