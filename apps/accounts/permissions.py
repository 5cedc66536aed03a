"""From a URL to an organizer's row there is one door, and it asks who you are."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from apps.accounts.models import Organizer, User
from apps.accounts.roles import MATRIX, Capability, Role


def may(user: User | AnonymousUser, to: Capability, organizer: Organizer) -> bool:
    if not isinstance(user, User) or not user.is_active:
        return False
    return Organizer.objects.of(user, to=to).filter(pk=organizer.pk).exists()


def may_give(user: User | AnonymousUser, role: Role, organizer: Organizer) -> bool:
    """Who manages a team gives roles that may do nothing they may not do themselves."""
    if not isinstance(user, User) or not may(user, Capability.MANAGE_ORGANIZER, organizer):
        return False
    own = organizer.memberships.get(user=user)
    return MATRIX[role] <= MATRIX[Role(own.role)]
