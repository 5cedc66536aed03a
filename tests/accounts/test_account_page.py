"""My account, and from there to being an organizer."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Membership, Organizer, User
from apps.accounts.roles import Role
from apps.accounts.services.apply_to_sell import OPEN_MAX
from apps.accounts.services.decide import approve, reject, suspend
from apps.accounts.states import OrganizerState
from apps.core.models import StateChange
from apps.core.transitions import IllegalTransition
from tests.factories.selling import make_member, make_organizer, make_user
from tests.inbox import newest_mail, subjects

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return make_user("ada@example.org", name="Ada Byron", language="en")


@pytest.fixture
def signed_in(client: Client, ada: User) -> Client:
    client.force_login(ada, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("path", ["/my/account/", "/organizers/apply/", "/organizers/apply/x/"])
def test_only_for_people_who_are_signed_in(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["Location"] == f"/accounts/login/?next={path}"


class TestMyAccount:
    def test_name_and_language_are_saved(self, signed_in: Client, ada: User) -> None:
        answer = signed_in.post("/my/account/", {"name": "Ada Lovelace", "language": "de"})
        assert answer.headers["Location"] == "/my/account/"
        ada.refresh_from_db()
        assert (ada.name, ada.language) == ("Ada Lovelace", "de")
        assert signed_in.cookies["django_language"].value == "de"

    def test_an_unknown_language_is_refused(self, signed_in: Client, ada: User) -> None:
        page = signed_in.post("/my/account/", {"name": "", "language": "xx"})
        assert page.content.decode().count('class="error"') == 2
        ada.refresh_from_db()
        assert (ada.name, ada.language) == ("Ada Byron", "en")

    def test_it_shows_the_teams_and_nobody_elses(self, signed_in: Client, ada: User) -> None:
        ours = make_organizer("Ensemble Lichtbogen")
        Membership.objects.create(organizer=ours, user=ada, role=Role.STAFF)
        make_member(make_organizer("Somebody Else"), Role.OWNER)
        page = signed_in.get("/my/account/").content.decode()
        assert "Ensemble Lichtbogen" in page
        assert "Door staff · Approved" in page
        assert "Somebody Else" not in page


class TestApplying:
    FORM = {
        "name": "Club Größenwahn",
        "email": "Hello@Club.example",
        "website": "club.example",
        "about": "Noise.",
        "language": "en",
    }

    def test_an_application_makes_an_organizer_that_waits(self, signed_in: Client) -> None:
        make_user("operator@example.org", is_staff=True, language="en")
        answer = signed_in.post("/organizers/apply/", self.FORM)
        assert answer.headers["Location"] == "/organizers/apply/club-groessenwahn/"
        organizer = Organizer.objects.get()
        assert (organizer.state, organizer.email) == ("applied", "hello@club.example")
        assert organizer.website == "https://club.example"
        assert Membership.objects.get().role == "owner"
        page = signed_in.get(answer.headers["Location"]).content.decode()
        assert "Thank you, we are having a look" in page

        message = newest_mail("operator@example.org")
        assert message.subject == "Club Größenwahn wants to sell tickets"
        assert "http://testserver/platform/" in message.body
        assert len(subjects()) == 1

    def test_a_name_that_is_a_page_of_ours_gets_another_address(self, signed_in: Client) -> None:
        answer = signed_in.post("/organizers/apply/", self.FORM | {"name": "Apply!"})
        assert answer.headers["Location"] == "/organizers/apply/apply-organizer/"

    def test_what_is_missing_is_said_and_nothing_typed_is_lost(self, signed_in: Client) -> None:
        page = signed_in.post("/organizers/apply/", self.FORM | {"email": "nonsense"})
        text = page.content.decode()
        assert text.count('class="error"') == 1
        assert "Club Größenwahn" in text
        assert not Organizer.objects.exists()

    def test_nobody_applies_without_end(self, signed_in: Client) -> None:
        for _number in range(OPEN_MAX):
            signed_in.post("/organizers/apply/", self.FORM)
        page = signed_in.post("/organizers/apply/", self.FORM)
        assert "several applications open" in page.content.decode()
        assert Organizer.objects.count() == OPEN_MAX

    def test_somebody_elses_application_is_not_shown(self, signed_in: Client) -> None:
        other = make_organizer("Secret Club", state=OrganizerState.APPLIED)
        answer = signed_in.get(f"/organizers/apply/{other.slug}/")
        assert answer.headers["Location"] == "/organizers/apply/"


class TestDeciding:
    @pytest.fixture
    def organizer(self) -> Organizer:
        organizer = make_organizer("Club Nord", state=OrganizerState.APPLIED)
        make_member(organizer, Role.OWNER, email="lena@example.org", language="en")
        make_member(organizer, Role.STAFF, email="door@example.org")
        return organizer

    def test_approved(self, organizer: Organizer) -> None:
        approve(organizer, actor="user:1", at=now())
        message = newest_mail("lena@example.org")
        assert message.subject == "Club Nord may sell tickets now"
        assert len(subjects()) == 1  # the door staff is not bothered
        assert StateChange.objects.get(target="approved").actor == "user:1"

    def test_rejected_with_a_reason(self, organizer: Organizer) -> None:
        reject(organizer, reason="No imprint.", actor="user:1", at=now())
        message = newest_mail("lena@example.org")
        assert message.subject == "Your application for Club Nord"
        assert "Reason:\nNo imprint." in message.body
        approve(organizer, actor="user:1", at=now())
        assert organizer.state == OrganizerState.APPROVED

    def test_suspended_and_back(self, organizer: Organizer) -> None:
        approve(organizer, actor="user:1", at=now())
        suspend(organizer, reason="Complaints.", actor="user:1", at=now())
        assert newest_mail("lena@example.org").subject == "Club Nord is suspended"
        approve(organizer, actor="user:1", at=now())
        organizer.refresh_from_db()
        assert organizer.state == OrganizerState.APPROVED

    def test_an_application_cannot_be_suspended(self, organizer: Organizer) -> None:
        with pytest.raises(IllegalTransition):
            suspend(organizer, reason="", actor="user:1", at=now())
        assert subjects() == []
