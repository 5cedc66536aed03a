"""A key is made in the console, works at the API, and is refused once it is revoked."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from apps.accounts.models import ApiKey, Organizer, User
from apps.accounts.roles import Role
from apps.checkin.models import Gate, Scan
from tests.console.conftest import MODEL_BACKEND
from tests.factories.selling import make_event, make_member

pytestmark = pytest.mark.django_db
KEYS = "/console/accounts/apikey/"


def make_key(client: Client, organizer: Organizer, role: Role, name: str = "Till") -> str:
    """The page that answers."""
    wish = {"organizer": str(organizer.pk), "name": name, "role": role}
    answer = client.post(f"{KEYS}new/", wish)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return html.unescape(answer.content.decode())


def secret_on(page: str) -> str:
    found = re.search(r'id="secret">([^<]+)<', page)
    assert found
    return found[1]


def test_from_the_empty_list_to_a_key_that_is_refused(desk: Client, organizer: Organizer) -> None:
    gate = Gate.objects.create(event=make_event(organizer), name="A")
    scan = {
        "token": "nobody's",
        "gate": gate.pk,
        "scan_id": "6a1f0c1e-6c0e-4a52-9f0f-1f1f5f0c7a01",
        "scanned_at": "2026-11-21T19:00:00Z",
        "device": "phone 1",
    }
    assert f"{KEYS}new/" in desk.get(KEYS).content.decode()
    secret = secret_on(make_key(desk, organizer, Role.STAFF))

    def call() -> int:
        auth = {"Authorization": f"Bearer {secret}"}
        url = "/api/v1/checkin/scans"
        return Client().post(url, scan, content_type="application/json", headers=auth).status_code

    assert call() == 200
    key = ApiKey.objects.get()
    assert key.last_used_at is not None
    assert secret not in str(ApiKey.objects.values().get())
    pages = (KEYS, f"{KEYS}new/", f"{KEYS}{key.pk}/revocation/")
    shown = [desk.get(url).content.decode() for url in pages]
    assert [page for page in shown if secret in page] == []
    assert key.prefix in shown[0]

    desk.post(f"{KEYS}{key.pk}/revocation/")
    assert call() == 401
    assert Scan.objects.count() == 1
    again = desk.post(f"{KEYS}{key.pk}/revocation/", follow=True)
    assert "revoked already" in again.content.decode()


def test_the_page_says_what_the_key_can_do(desk: Client, organizer: Organizer) -> None:
    door = make_key(desk, organizer, Role.STAFF, "Door")
    sales = make_key(desk, organizer, Role.ADMIN, "Sales")
    assert "Door staff: scan tickets at the door." in door
    assert "sell tickets of your events, read orders" in sales


def test_one_click_too_many_makes_no_second_key(desk: Client, organizer: Organizer) -> None:
    make_key(desk, organizer, Role.STAFF)
    assert "A key of this name works already" in make_key(desk, organizer, Role.STAFF)
    assert ApiKey.objects.count() == 1


def test_an_admin_makes_and_revokes_no_key_of_an_owner(
    desk: Client, organizer: Organizer, owner: User
) -> None:
    admin = Client()
    admin.force_login(make_member(organizer, Role.ADMIN), backend=MODEL_BACKEND)
    assert "A key may not do more than you" in make_key(admin, organizer, Role.OWNER)
    assert not ApiKey.objects.exists()
    make_key(desk, organizer, Role.OWNER)
    key = ApiKey.objects.get()
    told = admin.post(f"{KEYS}{key.pk}/revocation/", follow=True)
    assert "an owner can revoke it" in told.content.decode()
    key.refresh_from_db()
    assert (key.revoked_at, key.created_by) == (None, owner)


def test_the_sidebar_leads_to_the_keys(desk: Client) -> None:
    assert f'href="{KEYS}"' in desk.get("/console/").content.decode()
