from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.models import Organizer, User
from apps.accounts.roles import Role
from apps.console import admin  # noqa: F401 - the desks are on their sites before any page is asked for
from tests.factories.selling import make_member, make_organizer, make_payable, make_user

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def organizer() -> Organizer:
    organizer = make_organizer()
    make_payable(organizer)
    return organizer


@pytest.fixture
def owner(organizer: Organizer) -> User:
    return make_member(organizer, Role.OWNER, email="lena@lichtbogen.example", name="Lena Bogen")


@pytest.fixture
def desk(owner: User) -> Client:
    """A browser in which the owner is signed in."""
    client = Client()
    client.force_login(owner, backend=MODEL_BACKEND)
    return client


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_user("olga@parterre.example", is_staff=True), backend=MODEL_BACKEND)
    return client
