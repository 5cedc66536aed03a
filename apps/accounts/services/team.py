from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import Membership, Organizer, User
from apps.accounts.permissions import may_give
from apps.accounts.roles import Role
from apps.accounts.services.invite import NotAllowed
from apps.accounts.trace import note


class LastOwner(Exception):
    """Somebody must own it: make another owner first."""


@transaction.atomic
def change_role(membership: Membership, role: Role, *, by: User, at: datetime) -> None:
    """
    :raises NotAllowed, LastOwner: nothing was changed.
    :raises Membership.DoesNotExist: removed meanwhile.
    """
    current = _locked(membership).get()
    if not (_may_touch(current, by) and may_give(by, role, current.organizer)):
        raise NotAllowed
    if role == current.role:
        return
    _keep_an_owner(current)
    note(current, current.role, role, actor=by.actor, at=at)
    Membership.objects.filter(pk=current.pk).update(role=role)
    membership.role = role


@transaction.atomic
def remove(membership: Membership, *, by: User, at: datetime) -> None:
    """
    Anybody may leave a team; nobody may remove a stronger member. Removing twice is removing once.

    :raises NotAllowed, LastOwner: nothing was changed.
    """
    current = _locked(membership).first()
    if current is None:
        return
    if current.user_id != by.pk and not _may_touch(current, by):
        raise NotAllowed
    _keep_an_owner(current)
    note(current, current.role, "removed", actor=by.actor, at=at)
    current.delete()


def _locked(membership: Membership) -> QuerySet[Membership]:
    """The membership as it is now. Teams change one at a time, so two owners cannot leave at once."""
    Organizer.objects.select_for_update(no_key=True).get(pk=membership.organizer_id)
    return Membership.objects.select_related("organizer").filter(pk=membership.pk)


def _may_touch(membership: Membership, by: User) -> bool:
    return may_give(by, Role(membership.role), membership.organizer)


def _keep_an_owner(membership: Membership) -> None:
    if membership.role != Role.OWNER:
        return
    owners = Membership.objects.filter(
        organizer=membership.organizer_id, role=Role.OWNER, user__is_active=True
    )
    if not owners.exclude(pk=membership.pk).exists():
        raise LastOwner
