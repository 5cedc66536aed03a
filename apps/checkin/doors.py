"""From a URL to a door there is one way in, and it asks who you are: a member, or a paired device."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import resolve_url

from apps.accounts.models import User
from apps.accounts.permissions import may
from apps.accounts.roles import Capability
from apps.checkin.devices import Revoked, device_of
from apps.checkin.models import Device, Gate
from apps.events.models import Event


@dataclass(frozen=True, slots=True)
class Door:
    """Who stands at which event, and at which of its gates."""

    event: Event
    actor: str
    name: str  # what their device is called
    user: User | None = None
    device: Device | None = None
    gate: Gate | None = None

    def may(self, to: Capability) -> bool:
        if self.user is None:
            return to == Capability.SCAN
        return may(self.user, to, self.event.organizer)


class NotAtThisDoor(PermissionDenied):
    """Neither a device of this event nor a member who may scan here."""


def door_of(request: HttpRequest, slug: str) -> Door:
    """
    :raises NotAtThisDoor:
    """
    device = _device_at(request, slug)
    if device is not None:
        return _by_device(device)
    return members_door(request, slug, to=Capability.SCAN)[0]


def sign_in_url(request: HttpRequest) -> str:
    return f"{resolve_url('account_login')}?next={request.path}"


def members_door(request: HttpRequest, slug: str, *, to: Capability) -> tuple[Door, User]:
    """
    A member's own door; for what a device never opens, `to` says more than scanning.

    :raises NotAtThisDoor:
    """
    user = _member(request)
    events = Event.objects.of(user, to=to).select_related("door_settings")
    event = events.filter(slug=slug).first()
    if event is None:
        raise NotAtThisDoor(slug)
    return _by_membership(event, user), user


def _by_device(device: Device) -> Door:
    return Door(device.event, device.actor, device.name, device=device)


def _by_membership(event: Event, user: User) -> Door:
    return Door(event, f"user:{user.pk}", user.name or user.email, user=user)


def _device_at(request: HttpRequest, slug: str) -> Device | None:
    try:
        device = device_of(request)
    except Revoked:
        return None
    return device if device is not None and device.event.slug == slug else None


def _member(request: HttpRequest) -> User:
    user: User | AnonymousUser = request.user
    if not isinstance(user, User):
        raise NotAtThisDoor
    return user
