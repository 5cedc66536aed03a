from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.events.models import Event
from apps.tickets.models import Ticket


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


class Mode(models.TextChoices):
    DOOR = "door", _("Door")
    BOX_OFFICE = "box_office", _("Box office")
    MANUAL = "manual", _("By hand")


class Verdict(models.TextChoices):
    ADMITTED = "admitted", _("Come in")
    ALREADY_USED = "already_used", _("Already used")
    BLOCKED = "blocked", _("Blocked")
    REFUNDED = "refunded", _("Refunded")
    WRONG_EVENT = "wrong_event", _("Wrong event")
    NOT_VALID = "not_valid", _("Not valid")


class Scan(models.Model):
    """Append-only: every look at a code, also a refused one, with the answer that was given."""

    scan_id = models.UUIDField(unique=True)  # made once per decoded code on the device
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="scans")
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, null=True, related_name="scans")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="scans")
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.DOOR)
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    device = models.CharField(max_length=60, blank=True)
    actor = models.CharField(max_length=80)
    scanned_at = models.DateTimeField()  # the device's clock
    received_at = models.DateTimeField()
    answer = models.TextField()  # the JSON sent: the same scan_id gets it again, byte for byte

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        indexes = [
            models.Index(fields=["event", "received_at"]),
            models.Index(fields=["ticket"]),
        ]

    def __str__(self) -> str:
        return f"{self.scan_id}: {self.verdict}"


class Entry(models.Model):
    """A ticket went in. A double entry (two devices offline) is kept and marked, never hidden."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="entries")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="entries")
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, null=True, related_name="entries")
    scan = models.OneToOneField(Scan, on_delete=models.PROTECT, related_name="entry")
    at = models.DateTimeField()
    double = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = [models.Index(fields=["event", "at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                name="entry_once",
                condition=Q(double=False, undone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} at {self.at}"


class DoorKey(models.Model):
    """Opens the door page of an event on a phone of somebody without an account, until it is revoked."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="door_keys")
    name = models.CharField(_("name"), max_length=60)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("door key")
        verbose_name_plural = _("door keys")

    def __str__(self) -> str:
        return self.name
