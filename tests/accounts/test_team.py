"""Teams: invited by mail, changed by those who may, never without an owner."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.invitations import invitation_with, secret_of
from apps.accounts.models import Invitation, Membership, Organizer, User
from apps.accounts.roles import Role
from apps.accounts.services.add_user import NewUser, add_user
from apps.accounts.services.invite import (
    OPEN_MAX,
    AlreadyInTeam,
    NotAllowed,
    TooManyInvitations,
    invite,
    take_back,
)
from apps.accounts.services.join import InvitationUsed, join
from apps.accounts.services.team import LastOwner, change_role, remove
from apps.core.models import StateChange
from tests.factories.selling import make_member, make_organizer
from tests.inbox import link_in, newest_mail
from tests.racing import run_at_once

pytestmark = pytest.mark.django_db
MIRA = "mira@example.org"


@pytest.fixture
def organizer() -> Organizer:
    return make_organizer("Ensemble Lichtbogen", language="en")


@pytest.fixture
def owner(organizer: Organizer) -> User:
    return make_member(organizer, Role.OWNER, name="Lena Bogen")


def invited(organizer: Organizer, owner: User, role: Role = Role.ADMIN) -> str:
    """The path of the mailed link."""
    invite(organizer, MIRA, role, by=owner, at=now())
    return link_in(newest_mail(MIRA))


def role_of(user: User, organizer: Organizer) -> str:
    return Membership.objects.get(user=user, organizer=organizer).role


class TestInviting:
    def test_the_mail_says_who_what_and_until_when(self, organizer: Organizer, owner: User) -> None:
        invite(organizer, "Mira@Example.org", Role.STAFF, by=owner, at=now())
        message = newest_mail(MIRA)
        assert message.subject == "Join the team of Ensemble Lichtbogen"
        assert "Lena Bogen invites you to Parterre. Your role: Door staff." in message.body

    def test_somebody_without_an_account_makes_one_by_joining(
        self, client: Client, organizer: Organizer, owner: User
    ) -> None:
        link = invited(organizer, owner)
        assert "Make an account and join" in client.get(link).content.decode()
        answer = client.post(link, {"name": "Mira Lang", "password": "a very fine password"})

        assert answer.headers["Location"] == "/my/account/"
        mira = User.objects.get(email=MIRA)
        assert (mira.name, role_of(mira, organizer)) == ("Mira Lang", "admin")
        assert client.session["_auth_user_id"] == str(mira.pk)
        client.post("/accounts/logout/")
        data = {"login": MIRA, "password": "a very fine password"}
        assert client.post("/accounts/login/", data).headers["Location"] == "/console/"

    def test_a_weak_password_joins_nobody(
        self, client: Client, organizer: Organizer, owner: User
    ) -> None:
        page = client.post(invited(organizer, owner), {"name": "Mira", "password": "12345678"})
        assert "too common" in page.content.decode()
        assert not User.objects.filter(email=MIRA).exists()

    def test_somebody_with_an_account_signs_in_and_comes_back(
        self, client: Client, organizer: Organizer, owner: User
    ) -> None:
        mira = add_user(NewUser(MIRA, "a very fine password"))
        link = invited(organizer, owner)
        page = client.get(link).content.decode()
        assert f'href="/accounts/login/?next={link}"' in page
        assert 'name="password"' not in page
        client.post(link, {"name": "Mira", "password": "taken over"})  # opens nothing
        assert not Membership.objects.filter(user=mira).exists()

        data = {"login": MIRA, "password": "a very fine password", "next": link}
        assert client.post("/accounts/login/", data).headers["Location"] == link
        client.post(link)
        assert role_of(mira, organizer) == "admin"

    def test_the_link_works_once(self, client: Client, organizer: Organizer, owner: User) -> None:
        link = invited(organizer, owner)
        client.post(link, {"name": "Mira Lang", "password": "a very fine password"})
        assert Client().get(link).status_code == 404

    def test_it_dies_after_a_week(self, organizer: Organizer, owner: User) -> None:
        at = now()
        secret = secret_of(invite(organizer, MIRA, Role.STAFF, by=owner, at=at))
        assert invitation_with(secret, at=at + timedelta(days=6)) is not None
        assert invitation_with(secret, at=at + timedelta(days=7)) is None

    def test_inviting_again_kills_the_earlier_link(
        self, client: Client, organizer: Organizer, owner: User
    ) -> None:
        first = invited(organizer, owner, Role.STAFF)
        second = invited(organizer, owner, Role.ADMIN)
        assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)

    def test_it_can_be_taken_back(self, client: Client, organizer: Organizer, owner: User) -> None:
        link = invited(organizer, owner)
        take_back(Invitation.objects.get(), by=owner, at=now())
        assert client.get(link).status_code == 404
        assert "does not work any more" in client.get(link).content.decode()

    @pytest.mark.parametrize("secret", ["1.nonsense", "nonsense", "999", "1."])
    def test_a_guessed_secret_opens_nothing(
        self, client: Client, organizer: Organizer, owner: User, secret: str
    ) -> None:
        invited(organizer, owner)
        assert client.get(f"/invitations/{secret}/").status_code == 404

    def test_an_admin_cannot_make_an_owner(self, organizer: Organizer) -> None:
        admin = make_member(organizer, Role.ADMIN)
        with pytest.raises(NotAllowed):
            invite(organizer, MIRA, Role.OWNER, by=admin, at=now())
        staff = make_member(organizer, Role.STAFF)
        with pytest.raises(NotAllowed):
            invite(organizer, MIRA, Role.STAFF, by=staff, at=now())
        assert not Invitation.objects.exists()

    def test_who_is_in_the_team_is_not_invited(self, organizer: Organizer, owner: User) -> None:
        mira = add_user(NewUser(MIRA, "pass"))
        Membership.objects.create(organizer=organizer, user=mira, role=Role.STAFF)
        with pytest.raises(AlreadyInTeam):
            invite(organizer, MIRA, Role.ADMIN, by=owner, at=now())

    def test_not_more_than_so_many_are_open(self, organizer: Organizer, owner: User) -> None:
        at = now()
        for number in range(OPEN_MAX):
            invite(organizer, f"guest{number}@example.org", Role.STAFF, by=owner, at=at)
        with pytest.raises(TooManyInvitations):
            invite(organizer, MIRA, Role.STAFF, by=owner, at=at)

    def test_joining_never_makes_anybody_weaker(self, organizer: Organizer, owner: User) -> None:
        second = make_member(organizer, Role.ADMIN)
        invitation = invite(organizer, MIRA, Role.STAFF, by=owner, at=now())
        join(invitation, second, at=now())
        assert role_of(second, organizer) == "admin"
        with pytest.raises(InvitationUsed):
            join(invitation, second, at=now())


class TestChanging:
    def test_an_owner_changes_and_removes(self, organizer: Organizer, owner: User) -> None:
        staff = make_member(organizer, Role.STAFF)
        membership = Membership.objects.get(user=staff)
        change_role(membership, Role.ADMIN, by=owner, at=now())
        assert role_of(staff, organizer) == "admin"
        remove(membership, by=owner, at=now())
        assert not Membership.objects.filter(user=staff).exists()
        traces = StateChange.objects.filter(subject="accounts.membership").order_by("pk")
        assert list(traces.values_list("source", "target", "actor")) == [
            ("staff", "admin", f"user:{owner.pk}"),
            ("admin", "removed", f"user:{owner.pk}"),
        ]

    def test_an_admin_touches_no_owner(self, organizer: Organizer, owner: User) -> None:
        admin = make_member(organizer, Role.ADMIN)
        membership = Membership.objects.get(user=owner)
        with pytest.raises(NotAllowed):
            remove(membership, by=admin, at=now())
        with pytest.raises(NotAllowed):
            change_role(membership, Role.STAFF, by=admin, at=now())
        with pytest.raises(NotAllowed):
            change_role(Membership.objects.get(user=admin), Role.OWNER, by=admin, at=now())
        assert (role_of(owner, organizer), role_of(admin, organizer)) == ("owner", "admin")

    def test_the_last_owner_stays(self, organizer: Organizer, owner: User) -> None:
        membership = Membership.objects.get(user=owner)
        with pytest.raises(LastOwner):
            remove(membership, by=owner, at=now())
        with pytest.raises(LastOwner):
            change_role(membership, Role.ADMIN, by=owner, at=now())
        assert role_of(owner, organizer) == "owner"

    @pytest.mark.usefixtures("owner")
    def test_anybody_else_may_leave(self, organizer: Organizer) -> None:
        staff = make_member(organizer, Role.STAFF)
        remove(Membership.objects.get(user=staff), by=staff, at=now())
        assert not Membership.objects.filter(user=staff).exists()

    def test_a_stranger_removes_nobody(self, owner: User) -> None:
        stranger = make_member(make_organizer("Other"), Role.OWNER)
        with pytest.raises(NotAllowed):
            remove(Membership.objects.get(user=owner), by=stranger, at=now())


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestTwoOwnersLeaveAtOnce:
    def owners_left(self, leave: Callable[[Membership], None]) -> int:
        organizer = make_organizer()
        for _owner in range(2):
            make_member(organizer, Role.OWNER)
        memberships = list(Membership.objects.filter(organizer=organizer).select_related("user"))
        run_at_once(2, lambda number: leave(memberships[number]))
        return Membership.objects.filter(organizer=organizer).count()

    def test_one_stays(self) -> None:
        assert self.owners_left(lambda one: remove(one, by=one.user, at=now())) == 1

    def test_control_looking_before_leaving_is_not_enough(self) -> None:
        looked = threading.Barrier(2)

        def leave(membership: Membership) -> None:
            others = Membership.objects.filter(organizer=membership.organizer_id)
            if others.exclude(pk=membership.pk).exists():
                looked.wait(timeout=30)
                membership.delete()

        assert self.owners_left(leave) == 0
