from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.checkin.models import Pairing
from apps.checkin.services.pair import offer
from apps.events.models import Event
from tests.factories.selling import make_event, make_member, make_organizer
from tests.german import german


@pytest.fixture
def in_german(tmp_path: Path) -> Iterator[None]:
    with german(tmp_path / "locale"):
        yield


@pytest.fixture
def event(db: None) -> Event:
    return make_event(make_organizer(), at=now())


@pytest.fixture
def owner(event: Event) -> User:
    return make_member(event.organizer, Role.OWNER, name="Ida Vogt")


@pytest.fixture
def client() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


@pytest.fixture
def phone(event: Event, owner: User) -> Client:
    """Opened with a door key, no account."""
    phone = Client(headers={"sec-fetch-site": "same-origin"})
    code = offer(Pairing(event=event, name="Selin's phone"), user=owner, at=now())
    answer = phone.post("/door/", {"key": f"https://shop.example/door/#{code}"})
    assert answer.headers["Location"] == f"/door/{event.slug}/"
    return phone
