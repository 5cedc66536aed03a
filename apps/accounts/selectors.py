"""Reads that other apps and pages share."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.accounts.models import Organizer, PayoutMethod, User
from apps.accounts.roles import Capability, roles_with


def operators() -> QuerySet[User]:
    """Who runs the platform."""
    return User.objects.filter(is_staff=True, is_active=True)


def team_of(organizer: Organizer, *, to: Capability) -> QuerySet[User]:
    """The people who may do it for this organizer."""
    return User.objects.filter(
        is_active=True, memberships__organizer=organizer, memberships__role__in=roles_with(to)
    ).order_by("pk")


def payable_methods(organizer: Organizer) -> QuerySet[PayoutMethod]:
    """Without one nothing that costs money goes on sale: it could not be paid out."""
    return PayoutMethod.objects.filter(organizer=organizer, payable=True)
