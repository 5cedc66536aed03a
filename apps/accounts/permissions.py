"""From a URL to an organizer's row there is one door, and it asks who you are."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from apps.accounts.models import Organizer, User
from apps.accounts.roles import Capability


def may(user: User | AnonymousUser, to: Capability, organizer: Organizer) -> bool:
    if not isinstance(user, User) or not user.is_active:
        return False
    return Organizer.objects.of(user, to=to).filter(pk=organizer.pk).exists()
