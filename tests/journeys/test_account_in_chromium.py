"""Accounts on a phone: every page works, is readable by axe, and fits."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from apps.accounts.models import Membership, User
from apps.accounts.roles import Role
from apps.accounts.services.invite import invite
from tests.buying import Shop
from tests.factories.selling import make_member
from tests.inbox import newest_mail
from tests.journeys.conftest import OpenPage
from tests.phones import scrolls_sideways, serious

pytestmark = pytest.mark.browser
ADA, PASSWORD = "ada@example.org", "a very fine password"
SHOTS = os.environ.get("SHOTS")


def looks_right(page: Page, name: str) -> None:
    assert serious(page) == []
    assert not scrolls_sideways(page)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def link_in_mail(to: str) -> str:
    found = re.search(r"http://\S+", str(newest_mail(to).body))
    assert found
    return found.group()


def test_from_sign_up_to_organizer(shop: Shop, open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/accounts/signup/")
    looks_right(page, "signup")
    page.get_by_label("Name").fill("Ada Byron")
    page.get_by_label("E-mail").fill("Ada@Example.org")
    page.get_by_label("Password").fill("12345678")
    page.get_by_role("button", name="Make an account").click()
    expect(page.locator(".field .error")).to_have_count(1)
    expect(page.get_by_label("Name")).to_have_value("Ada Byron")
    looks_right(page, "signup-wrong")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    looks_right(page, "verification-sent")

    page.goto(link_in_mail(ADA))
    looks_right(page, "confirm")
    page.get_by_role("button", name="Yes, confirm it").click()
    page.wait_for_url("**/my/tickets/")

    page.goto("/my/account/")
    looks_right(page, "account")
    page.get_by_label("Language").select_option("de")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    looks_right(page, "account-de")
    page.get_by_role("link", name="Veranstalter werden").click()
    looks_right(page, "apply-de")
    page.get_by_label("Name des Veranstalters").fill("Club Nord")
    page.get_by_role("button", name="Bewerbung abschicken").click()
    page.wait_for_url("**/organizers/apply/club-nord/")
    looks_right(page, "applied-de")
    assert Membership.objects.get().role == Role.OWNER


def test_signing_in_by_code_and_changing_the_address(shop: Shop, open_page: OpenPage) -> None:
    make_member(shop.organizer, Role.OWNER, email=ADA, language="en")
    User.objects.get().emailaddress_set.create(email=ADA, verified=True, primary=True)
    page = open_page()
    page.goto("/accounts/login/?next=/my/account/")
    looks_right(page, "login")
    page.get_by_role("link", name="by a code in the mail").click()
    looks_right(page, "code")
    page.get_by_label("E-mail").fill(ADA)
    page.get_by_role("button", name="Mail me a code").click()
    looks_right(page, "code-confirm")
    page.get_by_label("Code").fill(str(newest_mail(ADA).subject).split()[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/my/account/")
    expect(page.get_by_text("Owner · Approved")).to_be_visible()

    page.get_by_role("link", name="Change the address").click()
    looks_right(page, "address")
    page.get_by_label("New address").fill("ada@new.example")
    page.get_by_role("button", name="Change the address").click()
    looks_right(page, "address-waiting")
    page.goto(link_in_mail("ada@new.example"))
    page.get_by_role("button", name="Yes, confirm it").click()
    page.wait_for_load_state()
    assert User.objects.get().email == "ada@new.example"


def test_an_invitation_without_javascript(shop: Shop, open_page: OpenPage) -> None:
    owner = make_member(shop.organizer, Role.OWNER, name="Lena Bogen")
    invite(shop.organizer, ADA, Role.STAFF, by=owner, at=now())
    page = open_page(java_script_enabled=False)
    page.goto(link_in_mail(ADA))
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / "invitation.png", full_page=True)
    page.get_by_label("Name").fill("Ada Byron")
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account and join").click()
    page.wait_for_url("**/my/account/")
    assert Membership.objects.get(user__email=ADA).role == Role.STAFF
