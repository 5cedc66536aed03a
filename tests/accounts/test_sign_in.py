"""Signing up, in and out over HTTP, with the mails as people get them."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from pytest_django import Settings

from apps.accounts.models import Membership, User
from apps.accounts.roles import Role
from apps.accounts.services.add_user import NewUser, add_user
from apps.notifications.models import Mail
from tests.factories.selling import make_organizer
from tests.inbox import link_in, newest_mail

pytestmark = pytest.mark.django_db
ADA, PASSWORD = "ada@example.org", "a very fine password"


def ada(**fields: str) -> User:
    return add_user(NewUser(ADA, PASSWORD, "Ada Byron", **fields))


def signed_in_as(client: Client) -> str:
    return str(client.session.get("_auth_user_id", ""))


def sign_in(client: Client, password: str = PASSWORD, **extra: str) -> int:
    data = {"login": ADA, "password": password, **extra}
    return client.post("/accounts/login/", data).status_code


class TestSigningUp:
    FORM = {"name": "Ada Byron", "email": "Ada@Example.org", "password1": PASSWORD}

    def test_an_account_is_ready_after_one_click_in_the_mail(self, client: Client) -> None:
        answer = client.post("/accounts/signup/", self.FORM)
        assert answer.headers["Location"] == "/accounts/confirm-email/"
        assert signed_in_as(client) == ""

        message = newest_mail(ADA)
        assert message.subject == "Confirm your e-mail address"
        link = link_in(message)
        client.get(link)  # programs that look into mails open links
        assert not EmailAddress.objects.get().verified
        assert client.post(link).headers["Location"] == "/my/tickets/"

        user = User.objects.get()
        assert (user.email, user.name, user.language) == (ADA, "Ada Byron", "en")
        assert EmailAddress.objects.get().verified
        assert signed_in_as(client) == str(user.pk)

    @pytest.mark.usefixtures("in_german")
    def test_in_german_all_of_it_is_german(self, client: Client) -> None:
        client.cookies["django_language"] = "de"
        page = client.get("/accounts/signup/").content.decode()
        assert "Konto anlegen" in page
        client.post("/accounts/signup/", self.FORM)
        message = newest_mail(ADA)
        assert message.subject == "Bestätige deine E-Mail-Adresse"
        assert "Adresse bestätigen:\nhttp://testserver/accounts/confirm-email/" in message.body
        assert User.objects.get().language == "de"

    def test_a_known_address_is_told_by_mail_and_not_on_the_page(self, client: Client) -> None:
        ada()
        answer = client.post("/accounts/signup/", self.FORM)
        assert answer.headers["Location"] == "/accounts/confirm-email/"
        assert newest_mail(ADA).subject == "You already have an account"
        assert User.objects.count() == 1

    def test_a_weak_password_is_refused_with_a_reason(self, client: Client) -> None:
        page = client.post("/accounts/signup/", self.FORM | {"password1": "12345678"})
        assert "too common" in page.content.decode()
        assert (User.objects.count(), mail.outbox) == (0, [])

    def test_without_the_click_nobody_gets_in(self, client: Client) -> None:
        client.post("/accounts/signup/", self.FORM)
        assert sign_in(Client()) == 302
        assert signed_in_as(client) == ""


class TestSigningIn:
    def test_with_a_password(self, client: Client) -> None:
        user = ada(language="de")
        assert sign_in(client, next="/my/account/") == 302
        assert signed_in_as(client) == str(user.pk)
        language = client.cookies["django_language"]
        assert (language.value, language["max-age"]) == ("de", 31_536_000)  # not this window's only

    def test_a_wrong_password_says_so_and_keeps_the_address(self, client: Client) -> None:
        ada()
        page = client.post("/accounts/login/", {"login": ADA, "password": "wrong"})
        text = page.content.decode()
        assert "The e-mail or the password is not right." in text
        assert f'value="{ADA}"' in text
        assert "wrong" not in text.split("<form")[2]

    def test_an_unknown_address_gets_the_same_answer(self, client: Client) -> None:
        page = client.post("/accounts/login/", {"login": ADA, "password": PASSWORD})
        assert "The e-mail or the password is not right." in page.content.decode()

    def test_nobody_is_led_to_another_site(self, client: Client) -> None:
        ada()
        data = {"login": ADA, "password": PASSWORD, "next": "https://evil.example/"}
        assert client.post("/accounts/login/", data).headers["Location"] == "/my/tickets/"

    def test_who_works_here_begins_at_their_work(self, client: Client) -> None:
        """Unless they were on the way to somewhere."""
        user, data = ada(), {"login": ADA, "password": PASSWORD}
        Membership.objects.create(user=user, organizer=make_organizer(), role=Role.STAFF)
        assert client.post("/accounts/login/", data).headers["Location"] == "/console/"
        assert client.get("/console/").status_code == 200

        elsewhere = Client().post("/accounts/login/", data | {"next": "/door/events/"})
        assert elsewhere.headers["Location"] == "/door/events/"

        User.objects.filter(pk=user.pk).update(is_staff=True)
        assert Client().post("/accounts/login/", data).headers["Location"] == "/platform/"

    def test_signing_out_needs_a_click(self, client: Client) -> None:
        ada()
        sign_in(client)
        assert client.get("/accounts/logout/").status_code == 200
        assert signed_in_as(client) != ""
        answer = client.post("/accounts/logout/", follow=True)
        assert "You are signed out." in answer.content.decode()
        assert signed_in_as(client) == ""

    def test_a_closed_account_stays_out(self, client: Client) -> None:
        User.objects.filter(pk=ada().pk).update(is_active=False)
        sign_in(client)
        assert signed_in_as(client) == ""


class TestByCode:
    def ask(self, client: Client) -> str:
        client.post("/accounts/login/code/", {"email": ADA})
        message = newest_mail(ADA)
        found = re.search(r"^[A-Z0-9]+-?[A-Z0-9]+$", str(message.body), re.MULTILINE)
        assert found, message.body
        assert message.subject == f"{found.group()} is your code"
        return found.group()

    def test_the_mailed_code_opens(self, client: Client) -> None:
        user = ada()
        code = self.ask(client)
        answer = client.post("/accounts/login/code/confirm/", {"code": code.lower()})
        assert answer.headers["Location"] == "/my/tickets/"
        assert signed_in_as(client) == str(user.pk)

    def test_it_opens_only_in_the_browser_that_asked(self, client: Client) -> None:
        ada()
        code = self.ask(client)
        elsewhere = Client()
        elsewhere.post("/accounts/login/code/confirm/", {"code": code})
        assert signed_in_as(elsewhere) == ""

    def test_three_wrong_codes_end_it(self, client: Client) -> None:
        ada()
        code = self.ask(client)
        for _try in range(3):
            client.post("/accounts/login/code/confirm/", {"code": "WRONG1"})
        client.post("/accounts/login/code/confirm/", {"code": code})
        assert signed_in_as(client) == ""

    def test_another_code_can_be_asked_for(self, client: Client) -> None:
        user = ada()
        first = self.ask(client)
        client.post("/accounts/login/code/confirm/", {"action": "resend"})
        message = newest_mail(ADA)
        second = message.subject.split()[0]
        assert second != first
        client.post("/accounts/login/code/confirm/", {"code": second})
        assert signed_in_as(client) == str(user.pk)

    def test_another_way_can_be_chosen_instead(self, client: Client) -> None:
        ada()
        self.ask(client)
        answer = client.post("/accounts/logout/", {"next": "/accounts/login/"})
        assert answer.headers["Location"] == "/accounts/login/"
        assert client.get("/accounts/login/").status_code == 200

    def test_an_unknown_address_is_told_by_mail(self, client: Client) -> None:
        answer = client.post("/accounts/login/code/", {"email": ADA})
        assert answer.headers["Location"] == "/accounts/login/code/confirm/"
        assert newest_mail(ADA).subject == "There is no account with this address"


class TestLimits:
    def test_guessing_is_slowed_down_and_then_locked(self, client: Client) -> None:
        ada()
        for _try in range(5):
            assert sign_in(client, "wrong") == 200
        page = client.post("/accounts/login/", {"login": ADA, "password": PASSWORD})
        assert "Too many tries." in page.content.decode()
        assert signed_in_as(client) == ""

    def test_ten_failures_lock_address_and_browser_out_for_an_hour(
        self, client: Client, settings: Settings
    ) -> None:
        settings.ACCOUNT_RATE_LIMITS = False
        ada()
        for _try in range(9):
            assert sign_in(client, "wrong") == 200
        locked = client.post("/accounts/login/", {"login": ADA, "password": "wrong"})
        assert (locked.status_code, locked.headers["Retry-After"]) == (429, "3600")
        assert "Too many tries" in locked.content.decode()
        assert sign_in(client) == 429  # also with the right one
        assert signed_in_as(client) == ""
        elsewhere = Client(REMOTE_ADDR="198.51.100.9")
        assert sign_in(elsewhere) == 302  # she herself is not locked out

    def test_the_codes_of_one_address_are_limited(self) -> None:
        ada()
        pages = [Client().post("/accounts/login/code/", {"email": ADA}) for _try in range(4)]
        assert [page.status_code for page in pages] == [302, 302, 302, 200]
        assert "Too many tries." in pages[3].content.decode()
        assert Mail.objects.filter(kind="account_login_code").count() == 3


@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "signup/",
        "login/code/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/done/",
        "password/reset/key/1-nonsense/",
        "confirm-email/",
        "confirm-email/nonsense/",
        "inactive/",
    ],
)
def test_every_page_is_one_of_ours(client: Client, path: str) -> None:
    page = client.get(f"/accounts/{path}", follow=True)
    assert page.status_code == 200
    text = page.content.decode()
    assert text.count('<h1 class="h-page">') == 1
    assert "placeholder=" not in text
    assert "csrfmiddlewaretoken" not in text


@pytest.mark.parametrize(
    "path", ["email/", "password/change/", "logout/", "reauthenticate/", "password/set/"]
)
def test_every_page_for_people_who_are_signed_in(client: Client, path: str) -> None:
    user = ada()
    sign_in(client)
    if path == "password/set/":
        user.set_unusable_password()
        user.save()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/accounts/{path}")
    assert page.status_code == 200
    assert page.content.decode().count('<h1 class="h-page">') == 1
