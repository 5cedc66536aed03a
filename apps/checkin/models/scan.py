from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import Capability
from apps.checkin.models.gate import Gate
from apps.events.models import Event
from apps.tickets.models import Ticket


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


class ScanQuerySet(models.QuerySet["Scan"]):
    def refused(self) -> ScanQuerySet:
        return self.exclude(verdict=Verdict.ADMITTED)

    def newest_first(self) -> ScanQuerySet:
        return self.order_by("-received_at", "-id")

    def of(self, user: User, *, to: Capability) -> ScanQuerySet:
        return self.filter(event__in=Event.objects.of(user, to=to))


class Scan(models.Model):
    """Append-only: every look at a code, also a refused one, with the answer that was given."""

    scan_id = models.UUIDField(unique=True)  # made once per decoded code on the device
    code_hash = models.CharField(max_length=64)  # of event and code: a reused scan_id is noticed
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="scans")
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, null=True, related_name="scans")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="scans")
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.DOOR)
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    reason = models.CharField(max_length=20, blank=True)  # a key of rules.REASONS
    device = models.CharField(max_length=60, blank=True)
    actor = models.CharField(max_length=80)
    scanned_at = models.DateTimeField()  # the device's clock
    received_at = models.DateTimeField()
    answer = models.TextField()  # the JSON sent: the same scan_id gets it again, byte for byte

    objects = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        indexes = [
            models.Index(fields=["event", "received_at"]),
            models.Index(fields=["ticket"]),
        ]

    def __str__(self) -> str:
        return f"{self.scan_id}: {self.verdict}"
