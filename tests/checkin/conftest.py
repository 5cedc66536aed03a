from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.checkin.devices import COOKIE
from apps.events.models import Event
from apps.tickets.models import Ticket
from tests.factories.door import make_device, make_ticket
from tests.factories.selling import make_event, make_member, make_organizer


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
    """A paired device, no account."""
    phone = Client(headers={"sec-fetch-site": "same-origin"})
    _device, phone.cookies[COOKIE] = make_device(event)
    return phone


@pytest.fixture
def ticket() -> Ticket:
    return make_ticket(make_event(make_organizer()))
