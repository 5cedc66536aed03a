from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.models import ClubMember, Invitation, Membership, Organizer, User
from apps.accounts.roles import Role
from tests.factories.selling import make_event, make_member

pytestmark = pytest.mark.django_db


def test_somebody_is_invited_and_the_invitation_taken_back(
    desk: Client, organizer: Organizer
) -> None:
    wish = {"organizer": str(organizer.pk), "email": "New@Example.org", "role": "admin"}
    desk.post("/console/accounts/invitation/new/", wish)
    offer = Invitation.objects.get()
    assert (offer.email, offer.role, offer.organizer) == ("new@example.org", "admin", organizer)
    assert "new@example.org" in desk.get("/console/accounts/invitation/").content.decode()
    desk.post(f"/console/accounts/invitation/{offer.pk}/withdrawal/")
    assert not Invitation.objects.exists()


def test_the_last_owner_stays(desk: Client, owner: User) -> None:
    mine = Membership.objects.get(user=owner)
    said = desk.post(
        f"/console/accounts/membership/{mine.pk}/role/", {"role": "staff"}, follow=True
    )
    assert "make another owner first" in said.content.decode()
    mine.refresh_from_db()
    assert mine.role == Role.OWNER


def test_a_role_is_changed_and_a_member_removed(desk: Client, organizer: Organizer) -> None:
    other = Membership.objects.get(user=make_member(organizer, Role.STAFF))
    desk.post(f"/console/accounts/membership/{other.pk}/role/", {"role": "admin"})
    other.refresh_from_db()
    assert other.role == Role.ADMIN
    desk.post(f"/console/accounts/membership/{other.pk}/removal/")
    assert not Membership.objects.filter(pk=other.pk).exists()


def test_an_admin_makes_nobody_an_owner(organizer: Organizer, desk: Client) -> None:
    admin, other = make_member(organizer, Role.ADMIN), make_member(organizer, Role.STAFF)
    client = Client()
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    member = Membership.objects.get(user=other)
    client.post(f"/console/accounts/membership/{member.pk}/role/", {"role": "owner"})
    member.refresh_from_db()
    assert member.role == Role.STAFF


def test_a_member_list_is_pasted(desk: Client, organizer: Organizer) -> None:
    lines = "Ada@Example.org;17;31.12.2031\ngrace@example.org"
    desk.post(
        "/console/accounts/clubmember/upload/", {"organizer": str(organizer.pk), "text": lines}
    )
    assert set(ClubMember.objects.values_list("email", "number")) == {
        ("ada@example.org", "17"),
        ("grace@example.org", ""),
    }
    assert "2 entries" in desk.get("/console/accounts/clubmember/").content.decode()
    wrong = desk.post(
        "/console/accounts/clubmember/upload/", {"organizer": str(organizer.pk), "text": "nobody"}
    )
    assert "Line 1" in wrong.content.decode()
    assert ClubMember.objects.count() == 2


def test_legal_texts_get_a_new_version_and_pages_are_made_anew(
    desk: Client, organizer: Organizer
) -> None:
    event = make_event(organizer)
    profile = {
        "name": "Lichtbogen",
        "email": organizer.email,
        "website": "",
        "about": "",
        "language": "de",
        "brand_colour": "#ff4d1a",
        "imprint": organizer.imprint,
        "terms": "Be kinder.",
        "withdrawal_notice": "",
    }
    url = f"/console/accounts/organizer/{organizer.pk}/change/"
    desk.post(url, profile | {"release_days": "0", "state": "applied"})
    organizer.refresh_from_db()
    event.refresh_from_db()
    assert (organizer.name, organizer.terms, organizer.terms_version) == (
        "Lichtbogen",
        "Be kinder.",
        2,
    )
    assert (organizer.release_days, organizer.state) == (3, "approved")
    assert event.revision == 2
    desk.post(url, profile)
    organizer.refresh_from_db()
    assert organizer.terms_version == 2
