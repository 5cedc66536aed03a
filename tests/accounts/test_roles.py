"""The matrix of roles, spelled out a second time: whoever changes it must mean it."""

from __future__ import annotations

import pytest

from apps.accounts.models import Organizer
from apps.accounts.permissions import may, may_give
from apps.accounts.roles import Capability, Role
from apps.accounts.selectors import payable_methods, team_of
from apps.accounts.states import OrganizerState
from tests.factories.selling import make_member, make_organizer, make_payable, make_user

pytestmark = pytest.mark.django_db

#                              owner  admin  staff
MATRIX = {
    "manage_organizer": (True, True, False),
    "manage_payouts": (True, False, False),
    "manage_events": (True, True, False),
    "see_orders": (True, True, False),
    "change_orders": (True, True, False),
    "block_tickets": (True, True, False),
    "scan": (True, True, True),
    "sell_at_door": (True, True, False),
}
ROLES = (Role.OWNER, Role.ADMIN, Role.STAFF)
CELLS = [(c, r, row[i]) for c, row in MATRIX.items() for i, r in enumerate(ROLES)]


def test_every_capability_is_in_the_matrix() -> None:
    assert {str(capability) for capability in Capability} == set(MATRIX)


@pytest.mark.parametrize(("capability", "role", "allowed"), CELLS)
def test_each_role_may_do_exactly_this(capability: str, role: Role, allowed: bool) -> None:
    organizer, other = make_organizer(), make_organizer("Other")
    member = make_member(organizer, role)
    to = Capability(capability)

    assert may(member, to, organizer) is allowed
    assert not may(member, to, other)
    assert set(Organizer.objects.of(member, to=to)) == ({organizer} if allowed else set())
    assert list(team_of(organizer, to=to)) == ([member] if allowed else [])


@pytest.mark.parametrize("state", OrganizerState)
def test_a_team_works_while_its_organizer_is_applied_or_approved(state: OrganizerState) -> None:
    organizer = make_organizer(state=state)
    owner = make_member(organizer, Role.OWNER)
    works = state in {OrganizerState.APPLIED, OrganizerState.APPROVED}
    assert may(owner, Capability.MANAGE_EVENTS, organizer) is works


def test_strangers_and_closed_accounts_may_nothing() -> None:
    organizer = make_organizer()
    closed = make_member(organizer, Role.OWNER, is_active=False)
    assert not any(may(closed, capability, organizer) for capability in Capability)
    assert not any(may(make_user(), capability, organizer) for capability in Capability)
    assert not list(team_of(organizer, to=Capability.SCAN))


#                     gives: owner  admin  staff
GIVING = {Role.OWNER: (True, True, True), Role.ADMIN: (False, True, True), Role.STAFF: (False,) * 3}


@pytest.mark.parametrize("giver", ROLES)
def test_nobody_gives_more_than_they_have(giver: Role) -> None:
    organizer = make_organizer()
    member = make_member(organizer, giver)
    assert tuple(may_give(member, role, organizer) for role in ROLES) == GIVING[giver]


def test_only_what_the_provider_can_pay_counts_as_payable() -> None:
    organizer = make_organizer()
    method = make_payable(organizer)
    make_payable(make_organizer("Other"))
    assert list(payable_methods(organizer)) == [method]
    method.payable = False
    method.save()
    assert not payable_methods(organizer)
