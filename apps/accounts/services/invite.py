from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from apps.accounts.models import Invitation, Membership, Organizer, User
from apps.accounts.permissions import may_give
from apps.accounts.roles import Role
from apps.accounts.trace import note
from apps.outbox.publish import publish

VALID_FOR = timedelta(days=7)
OPEN_MAX = 50


class NotAllowed(Exception):
    """Nobody gives, changes or takes a role that may do more than their own."""


class AlreadyInTeam(Exception):
    """The address belongs to somebody who is in the team."""


class TooManyInvitations(Exception):
    """So many are open that somebody should take some back first."""


def invite(organizer: Organizer, email: str, role: Role, *, by: User, at: datetime) -> Invitation:
    """
    A mailed link to join the team. Inviting an address again replaces the earlier link.

    :raises NotAllowed, AlreadyInTeam, TooManyInvitations: nothing was sent.
    """
    address = email.strip().lower()
    with transaction.atomic():
        locked = Organizer.objects.select_for_update(no_key=True).get(pk=organizer.pk)
        if not may_give(by, role, locked):
            raise NotAllowed
        team = Membership.objects.filter(organizer=locked)
        if team.filter(
            user__emailaddress__email=address, user__emailaddress__verified=True
        ).exists():
            raise AlreadyInTeam
        open_ones = Invitation.objects.filter(organizer=locked, accepted_at=None)
        open_ones.filter(email=address).delete()
        if open_ones.filter(expires_at__gt=at).count() >= OPEN_MAX:
            raise TooManyInvitations
        invitation = Invitation.objects.create(
            organizer=locked, email=address, role=role, invited_by=by, expires_at=at + VALID_FOR
        )
        note(invitation, "", f"invited as {role}", actor=by.actor, at=at)
        publish("invitation.made", about=invitation, at=at)
    return invitation


def take_back(invitation: Invitation, *, by: User, at: datetime) -> None:
    """
    The mailed link dies.

    :raises NotAllowed: nothing was changed.
    """
    with transaction.atomic():
        if not may_give(by, Role(invitation.role), invitation.organizer):
            raise NotAllowed
        note(invitation, invitation.role, "taken back", actor=by.actor, at=at)
        invitation.delete()
