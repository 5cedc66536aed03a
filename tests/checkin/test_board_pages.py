"""Board, doubts and report: who may see them, and that they say what is in the tables."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.events.models import Event
from tests.factories.door import signed_in
from tests.factories.selling import make_member, make_organizer

pytestmark = pytest.mark.django_db

PAGES = ["board/", "board/numbers/", "doubts/", "report/", "report/entries.csv", "report/scans.csv"]


@pytest.fixture(autouse=True)
def no_board_kept() -> None:
    cache.clear()


def status(client: Client, event: Event) -> list[int]:
    return [client.get(f"/door/{event.slug}/{page}").status_code for page in PAGES]


def test_who_may_see_what(event: Event, owner: User, phone: Client) -> None:
    admin = make_member(event.organizer, Role.ADMIN)
    staff = make_member(event.organizer, Role.STAFF)
    foreign = make_member(make_organizer("Somebody else"), Role.OWNER)
    assert status(signed_in(owner), event) == status(signed_in(admin), event) == [200] * 6
    assert status(signed_in(staff), event) == [200, 200, 200, 403, 403, 403]
    assert status(signed_in(foreign), event) == [403] * 6
    assert status(Client(), event) == [302, 403, 403, 403, 403, 403]
    assert status(phone, event) == [302, 403, 403, 403, 403, 403]  # a phone is no member
