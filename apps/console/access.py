"""Whose rows the signed-in person reaches, and for what."""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from apps.accounts.models import Membership, Organizer, User
from apps.accounts.roles import MATRIX, Capability, Role
from apps.accounts.states import OrganizerState


class Access(Protocol):
    def organizers(self, to: Capability) -> QuerySet[Organizer]:
        """The organizers for which `to` is allowed."""

    def may(self, to: Capability, organizer_id: int | None = None) -> bool:
        """Without an organizer: for at least one."""

    @property
    def everybody(self) -> bool:
        """Whether rows that belong to no organizer are theirs too."""


class TeamAccess:
    """Somebody in the team of one or more organizers: their roles decide."""

    everybody = False

    def __init__(self, user: User) -> None:
        self.user = user

    def organizers(self, to: Capability) -> QuerySet[Organizer]:
        return Organizer.objects.of(self.user, to=to)

    def may(self, to: Capability, organizer_id: int | None = None) -> bool:
        if organizer_id is None:
            return any(to in MATRIX[role] for role in self.roles.values())
        return organizer_id in self.roles and to in MATRIX[self.roles[organizer_id]]

    @cached_property
    def roles(self) -> dict[int, Role]:
        """By organizer id."""
        rows = Membership.objects.filter(
            user=self.user,
            organizer__state__in=[OrganizerState.APPLIED, OrganizerState.APPROVED],
        )
        return {row.organizer_id: Role(row.role) for row in rows}


class OperatorAccess:
    """A platform operator."""

    everybody = True

    def organizers(self, to: Capability) -> QuerySet[Organizer]:
        return Organizer.objects.all()

    def may(self, to: Capability, organizer_id: int | None = None) -> bool:
        return True


class NoAccess:
    """Nobody we know."""

    everybody = False

    def organizers(self, to: Capability) -> QuerySet[Organizer]:
        return Organizer.objects.none()

    def may(self, to: Capability, organizer_id: int | None = None) -> bool:
        return False


def of_team(user: User | AnonymousUser) -> Access:
    return TeamAccess(user) if isinstance(user, User) and user.is_active else NoAccess()


def of_operator(user: User | AnonymousUser) -> Access:
    known = isinstance(user, User) and user.is_active and user.is_staff
    return OperatorAccess() if known else NoAccess()
