from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.checkin.models.gate import Gate
from apps.events.models import Event


class PairingQuerySet(models.QuerySet["Pairing"]):
    def open(self, *, at: datetime) -> PairingQuerySet:
        return self.filter(uses_left__gt=0, expires_at__gt=at)


class Pairing(models.Model):
    """An offer to phones: whoever brings the code in time gets a key of its own. Only a hash is stored."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="pairings")
    gate = models.ForeignKey(Gate, on_delete=models.SET_NULL, null=True, blank=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    box_office = models.BooleanField(_("may sell at the box office"), default=False)
    code_hash = models.CharField(max_length=64, unique=True)
    uses_left = models.PositiveSmallIntegerField(_("phones"), default=1)
    expires_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    objects = PairingQuerySet.as_manager()

    class Meta:
        verbose_name = _("pairing")
        verbose_name_plural = _("pairings")

    def __str__(self) -> str:
        return self.name or str(self.pk)


# A phone says hello every ten seconds.
_HEARD_WITHIN = timedelta(seconds=35)


class DeviceState(models.TextChoices):
    PAIRED = "paired", _("Paired")
    ONLINE = "online", _("Online")
    OFFLINE = "offline", _("Offline")
    SILENT = "silent", _("Silent")
    REVOKED = "revoked", _("Revoked")
    LEFT = "left", _("Logged out")


class DeviceQuerySet(models.QuerySet["Device"]):
    def working(self) -> DeviceQuerySet:
        return self.filter(revoked_at__isnull=True)


class Device(models.Model):
    """A paired phone. It acts at one event's door with its own key until it is revoked or logs out."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="devices")
    gate = models.ForeignKey(
        Gate, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices"
    )
    name = models.CharField(_("name"), max_length=60)
    box_office = models.BooleanField(_("may sell at the box office"), default=False)
    secret_hash = models.CharField(max_length=64, unique=True)
    nonce_hash = models.CharField(max_length=64, blank=True)  # of what the browser paired it with
    user = models.ForeignKey(  # the member whose phone it is, when they paired it signed in
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    paired_at = models.DateTimeField()
    paired_by = models.CharField(max_length=80)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=80, blank=True)

    # What it told of itself last.
    seen_at = models.DateTimeField(null=True, blank=True)
    data_at = models.DateTimeField(null=True, blank=True)  # how fresh its tickets are
    offline_since = models.DateTimeField(null=True, blank=True)
    queue = models.PositiveIntegerField(default=0)  # log entries not uploaded yet
    battery = models.PositiveSmallIntegerField(null=True, blank=True)  # per cent

    # A member's own, and they left the team; known of a device that `devices.find` found.
    ex_member = False

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> str:
        return f"device:{self.pk}"

    @property
    def is_shut(self) -> bool:
        return self.revoked_at is not None or self.ex_member

    def state(self, *, at: datetime) -> DeviceState:
        """By its last word: an offline phone that cannot reach us is silent."""
        if self.revoked_at is not None:
            return DeviceState.LEFT if self.revoked_by == self.actor else DeviceState.REVOKED
        if self.seen_at is None or self.seen_at <= self.paired_at:
            return DeviceState.PAIRED
        if at - self.seen_at > _HEARD_WITHIN:
            return DeviceState.SILENT
        return DeviceState.OFFLINE if self.offline_since else DeviceState.ONLINE
