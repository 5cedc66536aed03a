"""A phone becomes a device: an offer with a short code, taken up within a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from apps.accounts.models import User
from apps.accounts.permissions import may
from apps.accounts.roles import Capability
from apps.checkin.devices import hash_of, new_secret
from apps.checkin.models import Device, Pairing
from apps.core.references import new_reference, normalise

OPEN_FOR = timedelta(hours=24)
CODE_LENGTH = 8


class NoSuchPairing(Exception):
    """The code was never given, is used up, or too old."""


def offer(pairing: Pairing, *, user: User, at: datetime) -> str:
    """
    Save what was chosen (event, gate, name, phones) as an offer. Its code is shown once and stored
    nowhere.
    """
    code = new_reference(CODE_LENGTH)
    pairing.code_hash = hash_of(code)
    pairing.expires_at = at + OPEN_FOR
    pairing.created_by, pairing.created_at = user, at
    pairing.save()
    return code


def pair(code: str, *, name: str, at: datetime, user: User | None = None) -> tuple[Device, str]:
    """
    A new device and its key. name: what the phone is called, "" for the name of the offer. user: who
    pairs it signed in; a member's device is theirs and ends with their membership.

    :raises NoSuchPairing:
    """
    with transaction.atomic():
        open_now = Pairing.objects.open(at=at).filter(code_hash=hash_of(normalise(code)))
        if open_now.update(uses_left=F("uses_left") - 1) != 1:
            raise NoSuchPairing
        pairing = Pairing.objects.select_related("event__organizer").get(
            code_hash=hash_of(normalise(code))
        )
        secret = new_secret()
        device = Device.objects.create(
            event=pairing.event,
            gate=pairing.gate,
            name=name or pairing.name,
            box_office=pairing.box_office,
            secret_hash=hash_of(secret),
            user=user if user and may(user, Capability.SCAN, pairing.event.organizer) else None,
            paired_at=at,
            paired_by=f"pairing:{pairing.pk}",
            seen_at=at,
        )
    return device, secret


def revoke(device: Device, *, actor: str, at: datetime) -> None:
    """Also twice. What it uploads from now on is kept aside."""
    Device.objects.working().filter(pk=device.pk).update(revoked_at=at, revoked_by=actor)
    device.refresh_from_db(fields=["revoked_at", "revoked_by"])


def withdraw(pairing: Pairing) -> None:
    """Also twice: its code pairs no more phones. Those it paired stay."""
    Pairing.objects.filter(pk=pairing.pk).update(uses_left=0)
