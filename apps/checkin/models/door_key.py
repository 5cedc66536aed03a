from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.events.models import Event

_SECRET_BYTES = 24


class DoorKeyQuerySet(models.QuerySet["DoorKey"]):
    def working(self) -> DoorKeyQuerySet:
        return self.filter(revoked_at__isnull=True)

    def opened_by(self, secret: str) -> DoorKeyQuerySet:
        return self.working().filter(secret_hash=hash_of(secret))


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

    objects = DoorKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("door key")
        verbose_name_plural = _("door keys")

    def __str__(self) -> str:
        return self.name


def cut_key(event: Event, name: str, *, user: User, at: datetime) -> tuple[DoorKey, str]:
    """A new key and its secret, which is shown once and stored nowhere."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    key = DoorKey.objects.create(
        event=event, name=name, secret_hash=hash_of(secret), created_by=user, created_at=at
    )
    return key, secret


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
