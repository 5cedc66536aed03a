"""Which phone calls: by its key, in the header of the API or in the cookie of the door's pages."""

from __future__ import annotations

import hashlib
import secrets

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.accounts.models import Membership
from apps.accounts.roles import Capability, roles_with
from apps.checkin.models import Device
from apps.core.asked_often import AskedOften

COOKIE = "device"
SCHEME = "device"
_COOKIE_SECONDS = 60 * 60 * 24 * 60
_SECRET_BYTES = 24


class Revoked(Exception):
    """
    The key was good once, or is a member's who left the team; nothing but the upload of its log is open
    to it.
    """


def device_of(request: HttpRequest) -> Device | None:
    """
    With its event, organizer and door settings; None for a caller who is no device.

    :raises Revoked:
    """
    device = find(secret_of(request))
    if device is not None and device.is_shut:
        raise Revoked(str(device.pk))
    return device


def find(secret: str) -> Device | None:
    """Also one that is shut."""
    if not secret:
        return None
    device = _DEVICES.first(hash_of(secret))
    if device is not None:
        device.ex_member = vars(device)["left_team"]
    return device


def _by_key(secret_hash: str) -> QuerySet[Device]:
    devices = Device.objects.select_related("event__organizer", "event__door_settings", "gate")
    team = Membership.objects.filter(
        user=OuterRef("user"),
        user__is_active=True,
        organizer=OuterRef("event__organizer"),
        role__in=roles_with(Capability.SCAN),
    )
    left = Q(user__isnull=False) & ~Exists(team)
    return devices.annotate(left_team=left).filter(secret_hash=secret_hash)


_DEVICES = AskedOften(_by_key, "?")


def secret_of(request: HttpRequest) -> str:
    return secret_in_header(request) or request.COOKIES.get(COOKIE, "")


def secret_in_header(request: HttpRequest) -> str:
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    return credential.strip() if scheme.lower() == SCHEME else ""


def remember(response: HttpResponse, secret: str, *, secure: bool) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=_COOKIE_SECONDS,
        path=reverse("checkin:index"),
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, path=reverse("checkin:index"), samesite="Lax")


def new_secret() -> str:
    return secrets.token_urlsafe(_SECRET_BYTES)


def hash_of(secret: str) -> str:
    # Random enough to need no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()
