"""Forgotten and changed passwords, and a new address, over HTTP."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from apps.accounts.models import User
from apps.accounts.services.add_user import NewUser, add_user
from tests.inbox import link_in, newest_mail, subjects

pytestmark = pytest.mark.django_db
ADA, PASSWORD = "ada@example.org", "a very fine password"


@pytest.fixture
def ada() -> User:
    return add_user(NewUser(ADA, PASSWORD, "Ada Byron"))


def signed_in_as(client: Client) -> str:
    return str(client.session.get("_auth_user_id", ""))


def sign_in(client: Client) -> None:
    client.post("/accounts/login/", {"login": ADA, "password": PASSWORD})


class TestPasswords:
    def test_a_forgotten_one_is_set_by_mail_once(self, client: Client, ada: User) -> None:
        client.post("/accounts/password/reset/", {"email": ADA})
        link = link_in(newest_mail(ADA))
        form = client.get(link, follow=True)
        new = {"password1": "another fine password", "password2": "another fine password"}
        client.post(form.request["PATH_INFO"], new)

        ada.refresh_from_db()
        assert ada.check_password("another fine password")
        assert signed_in_as(client) == str(ada.pk)
        assert subjects()[-1] == "Your password was set anew"
        again = Client().get(link, follow=True).content.decode()
        assert "This link does not work any more" in again

    @pytest.mark.usefixtures("ada")
    def test_links_lead_to_our_own_address_whatever_host_was_named(self) -> None:
        Client(headers={"host": "evil.example"}).post("/accounts/password/reset/", {"email": ADA})
        message = newest_mail(ADA)
        assert "evil.example" not in message.body
        assert "http://testserver/accounts/password/reset/key/" in message.body

    def test_changing_it_asks_for_the_old_one_and_tells_by_mail(
        self, client: Client, ada: User
    ) -> None:
        sign_in(client)
        new = {"password1": "another fine password", "password2": "another fine password"}
        page = client.post("/accounts/password/change/", new | {"oldpassword": "wrong"})
        assert "The password is not right." in page.content.decode()
        client.post("/accounts/password/change/", new | {"oldpassword": PASSWORD})
        ada.refresh_from_db()
        assert ada.check_password("another fine password")
        assert subjects() == ["Your password was changed"]


class TestChangingTheAddress:
    NEW = "ada@new.example"

    def test_the_new_one_counts_when_it_is_confirmed(self, client: Client, ada: User) -> None:
        sign_in(client)
        client.post("/accounts/email/", {"email": self.NEW, "action_add": ""})
        ada.refresh_from_db()
        assert ada.email == ADA
        client.post(link_in(newest_mail(self.NEW)))

        ada.refresh_from_db()
        assert ada.email == self.NEW
        assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
            (self.NEW, True, True)
        ]
        assert newest_mail(ADA).subject == "Your e-mail address was changed"

    @pytest.mark.usefixtures("ada")
    def test_it_can_be_taken_back(self, client: Client) -> None:
        sign_in(client)
        client.post("/accounts/email/", {"email": self.NEW, "action_add": ""})
        client.post("/accounts/email/", {"email": self.NEW, "action_remove": ""})
        assert list(EmailAddress.objects.values_list("email", flat=True)) == [ADA]
