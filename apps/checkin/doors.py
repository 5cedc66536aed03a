"""From a URL to a door there is one way in, and it asks who you are: a member who may scan, or a door key."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.permissions import may
from apps.accounts.roles import Capability
from apps.checkin.models import DoorKey, Gate
from apps.events.models import Event

COOKIE = "door"  # sent to its own event's pages only
_COOKIE_SECONDS = 60 * 60 * 24 * 60
_SALT = "checkin.door"


@dataclass(frozen=True, slots=True)
class Door:
    """Who stands at which event, and at which of its gates."""

    event: Event
    actor: str
    name: str  # what their device is called until they say otherwise
    user: User | None = None
    gate: Gate | None = None

    def may(self, to: Capability) -> bool:
        if self.user is None:
            return to == Capability.SCAN
        return may(self.user, to, self.event.organizer)


class NotAtThisDoor(PermissionDenied):
    """Neither a key of this event nor a member who may scan here."""


def door_of(request: HttpRequest, slug: str) -> Door:
    """
    :raises NotAtThisDoor:
    """
    if key := _key_of(request, slug):
        return _by_key(key)
    return members_door(request, slug, to=Capability.SCAN)[0]


def door_at(request: HttpRequest, slug: str, gate_id: int) -> Door:
    """
    The door with the gate they stand at, in one statement less than asking for both.

    :raises NotAtThisDoor: also when the event has no such gate (any more).
    """
    here: Door | None
    if key := _key_of(request, slug):
        gate = Gate.objects.filter(pk=gate_id, event=key.event).first()
        here = _by_key(key)
    else:
        user = _member(request)
        events = Event.objects.of(user, to=Capability.SCAN).filter(slug=slug)
        gate = Gate.objects.select_related("event").filter(pk=gate_id, event__in=events).first()
        here = _by_membership(gate.event, user) if gate else None
    if gate is None or here is None:
        raise NotAtThisDoor(slug)
    return replace(here, gate=gate)


def remember_key(response: HttpResponse, key: DoorKey, *, secure: bool) -> None:
    response.set_cookie(
        COOKIE,
        signing.dumps(key.pk, salt=_SALT),
        max_age=_COOKIE_SECONDS,
        path=reverse("checkin:door", args=[key.event.slug]),
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def forget_key(response: HttpResponse, slug: str) -> None:
    response.delete_cookie(COOKIE, path=reverse("checkin:door", args=[slug]), samesite="Lax")


def sign_in_url(request: HttpRequest) -> str:
    return f"{resolve_url('account_login')}?next={request.path}"


def members_door(request: HttpRequest, slug: str, *, to: Capability) -> tuple[Door, User]:
    """
    A member's own door; for what a key never opens, `to` says more than scanning.

    :raises NotAtThisDoor:
    """
    user = _member(request)
    event = Event.objects.of(user, to=to).filter(slug=slug).first()
    if event is None:
        raise NotAtThisDoor(slug)
    return _by_membership(event, user), user


def _by_key(key: DoorKey) -> Door:
    return Door(key.event, f"door_key:{key.pk}", key.name)


def _by_membership(event: Event, user: User) -> Door:
    return Door(event, f"user:{user.pk}", user.name or user.email, user=user)


def _key_of(request: HttpRequest, slug: str) -> DoorKey | None:
    signed = request.COOKIES.get(COOKIE)
    if not signed:
        return None
    try:
        key_id = signing.loads(signed, salt=_SALT, max_age=_COOKIE_SECONDS)
    except signing.BadSignature:
        return None
    working = DoorKey.objects.working().select_related("event")
    return working.filter(pk=key_id, event__slug=slug).first()


def _member(request: HttpRequest) -> User:
    user: User | AnonymousUser = request.user
    if not isinstance(user, User):
        raise NotAtThisDoor
    return user
