from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import Capability
from apps.checkin.models.device import Device
from apps.checkin.models.gate import Direction, Gate
from apps.checkin.models.supervisor import Supervisor
from apps.events.models import Event
from apps.tickets.models import Ticket


class Mode(models.TextChoices):
    DOOR = "door", _("Door")
    BOX_OFFICE = "box_office", _("Box office")
    MANUAL = "manual", _("By hand")
    KIOSK = "kiosk", _("By themselves")


class DecidedBy(models.TextChoices):
    SERVER = "server", _("Online")
    PHONE = "phone", _("Offline")


class Verdict(models.TextChoices):
    ADMITTED = "admitted", _("Come in")
    ALREADY_USED = "already_used", _("Already used")
    BLOCKED = "blocked", _("Blocked")
    REFUNDED = "refunded", _("Refunded")
    WRONG_EVENT = "wrong_event", _("Wrong event")
    NOT_VALID = "not_valid", _("Not valid")
    WRONG_GATE = "wrong_gate", _("Wrong gate")
    NOT_NOW = "not_now", _("Not now")
    LEFT = "left", _("Goodbye")


LET_THROUGH = (Verdict.ADMITTED, Verdict.LEFT)


class ScanQuerySet(models.QuerySet["Scan"]):
    def refused(self) -> ScanQuerySet:
        return self.exclude(verdict__in=LET_THROUGH)

    def let_through(self) -> ScanQuerySet:
        return self.filter(verdict__in=LET_THROUGH)

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
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.IN)
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    reason = models.CharField(max_length=20, blank=True)  # a key of rules.REASONS
    decided_by = models.CharField(max_length=6, choices=DecidedBy.choices, default=DecidedBy.SERVER)
    # Of a phone's own verdict: why the server would have said no at that time.
    doubt = models.CharField(max_length=20, blank=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, related_name="scans")
    device_name = models.CharField(max_length=60, blank=True)
    actor = models.CharField(max_length=80)
    supervisor = models.ForeignKey(  # who overruled a refusal, and with which words
        Supervisor, on_delete=models.PROTECT, null=True, related_name="overrides"
    )
    overrule_words = models.CharField(max_length=200, blank=True)
    scanned_at = models.DateTimeField()  # the device's clock
    happened_at = (
        models.DateTimeField()
    )  # the server's; of a phone's own verdict the corrected time
    within_ms = models.PositiveIntegerField(default=0)  # ± around it
    received_at = models.DateTimeField()
    answer = models.TextField()  # the JSON sent: the same scan_id gets it again, byte for byte

    objects = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        indexes = [
            models.Index(fields=["event", "received_at"]),
            models.Index(fields=["ticket"]),
            models.Index(
                fields=["event", "happened_at"],
                name="scan_in_doubt",
                condition=~models.Q(doubt=""),
            ),
            models.Index(
                fields=["event", "verdict", "reason", "gate"],
                name="scan_not_admitted",
                condition=~models.Q(verdict=Verdict.ADMITTED),
            ),
            models.Index(
                fields=["event"], name="scan_overruled", condition=models.Q(reason="overruled")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scan_id}: {self.verdict}"
