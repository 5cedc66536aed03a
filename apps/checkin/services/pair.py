"""A phone becomes a device: an offer with a short code, taken up within a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

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


@dataclass(frozen=True, slots=True)
class Asking:
    """
    Who brings a code. name: what the phone is called, "" for the name of the offer. nonce: made by the
    browser for this pairing, "" for none. user: who pairs it signed in; a member's device is theirs and
    ends with their membership.
    """

    name: str = ""
    nonce: str = ""
    user: User | None = None


@transaction.atomic
def pair(code: str, asking: Asking, *, at: datetime) -> tuple[Device, str]:
    """
    A new device and its key. The same browser with the same nonce gets the same device again, with
    another key, and spends nothing: its first answer was lost, or what came after it.

    :raises NoSuchPairing:
    """
    offers = Pairing.objects.select_for_update(no_key=True, of=("self",))
    found = offers.select_related("event__organizer", "gate").filter(
        code_hash=hash_of(normalise(code)), expires_at__gt=at
    )
    pairing = found.first()
    if pairing is None:
        raise NoSuchPairing
    secret = new_secret()
    device = _paired_before(pairing, asking)
    if device is not None:
        device.secret_hash = hash_of(secret)
        device.save(update_fields=["secret_hash"])
        return device, secret
    if pairing.uses_left == 0:
        raise NoSuchPairing
    pairing.uses_left -= 1
    pairing.save(update_fields=["uses_left"])
    return _new_device(pairing, asking, secret, at=at), secret


def _paired_before(pairing: Pairing, asking: Asking) -> Device | None:
    if not asking.nonce:
        return None
    devices = Device.objects.working().filter(event=pairing.event, paired_by=_by(pairing))
    return devices.filter(nonce_hash=hash_of(asking.nonce)).first()


def _new_device(pairing: Pairing, asking: Asking, secret: str, *, at: datetime) -> Device:
    user = asking.user
    return Device.objects.create(
        event=pairing.event,
        gate=pairing.gate,
        name=asking.name or pairing.name,
        box_office=pairing.box_office,
        secret_hash=hash_of(secret),
        nonce_hash=hash_of(asking.nonce) if asking.nonce else "",
        user=user if user and may(user, Capability.SCAN, pairing.event.organizer) else None,
        paired_at=at,
        paired_by=_by(pairing),
        seen_at=at,
    )


def _by(pairing: Pairing) -> str:
    return f"pairing:{pairing.pk}"


def revoke(device: Device, *, actor: str, at: datetime) -> None:
    """Also twice. What it uploads from now on is kept aside."""
    Device.objects.working().filter(pk=device.pk).update(revoked_at=at, revoked_by=actor)
    device.refresh_from_db(fields=["revoked_at", "revoked_by"])


def withdraw(pairing: Pairing) -> None:
    """Also twice: its code pairs no more phones. Those it paired stay."""
    Pairing.objects.filter(pk=pairing.pk).update(uses_left=0)
