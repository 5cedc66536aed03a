from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.models import Invitation, Membership, User
from apps.accounts.roles import MATRIX, Role
from apps.accounts.services.add_user import NewUser, add_user
from apps.accounts.trace import note


class InvitationUsed(Exception):
    """Somebody was faster, or it was taken back meanwhile."""


def join(invitation: Invitation, user: User, *, at: datetime) -> Membership:
    """
    The link is used up. Who is in the team already keeps the stronger of both roles.

    :raises InvitationUsed: nothing was changed.
    """
    with transaction.atomic():
        used = Invitation.objects.filter(
            pk=invitation.pk, accepted_at=None, expires_at__gt=at
        ).update(accepted_at=at)
        if used != 1:
            raise InvitationUsed
        role = Role(invitation.role)
        membership, created = Membership.objects.select_for_update(no_key=True).get_or_create(
            organizer=invitation.organizer, user=user, defaults={"role": role}
        )
        before = "" if created else membership.role
        if not created and MATRIX[Role(membership.role)] < MATRIX[role]:
            membership.role = role
            membership.save(update_fields=["role"])
        note(membership, before, membership.role, actor=user.actor, at=at)
    return membership


def join_as_new(invitation: Invitation, new: NewUser, *, at: datetime) -> User:
    """
    For somebody without an account. The mailed link proves the address, so it is verified at once.

    :raises InvitationUsed: nothing was changed.
    """
    with transaction.atomic():
        user = add_user(new)
        join(invitation, user, at=at)
    return user
