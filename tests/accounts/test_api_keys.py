"""Keys of programs: as strong as who makes them at most, known by a hash, never two of one name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from apps.accounts.models import ApiKey, Organizer, User
from apps.accounts.roles import Role
from apps.accounts.services.api_keys import (
    KEYS_MAX,
    NameTaken,
    TooManyKeys,
    create_api_key,
    find_api_key,
    revoke_api_key,
)
from apps.accounts.services.invite import NotAllowed
from apps.core.models import StateChange
from tests.factories.selling import make_member, make_organizer

pytestmark = pytest.mark.django_db


@pytest.fixture
def organizer() -> Organizer:
    return make_organizer()


@pytest.fixture
def owner(organizer: Organizer) -> User:
    return make_member(organizer, Role.OWNER)


def make(organizer: Organizer, by: User, role: Role = Role.STAFF, name: str = "x") -> ApiKey:
    return create_api_key(organizer, name=name, role=role, by=by, at=now())[0]


@pytest.mark.parametrize(
    ("own", "given", "allowed"),
    [
        (Role.OWNER, Role.OWNER, True),
        (Role.ADMIN, Role.OWNER, False),
        (Role.ADMIN, Role.ADMIN, True),
        (Role.STAFF, Role.STAFF, False),
    ],
)
def test_nobody_makes_a_key_that_may_do_more(
    organizer: Organizer, own: Role, given: Role, *, allowed: bool
) -> None:
    member = make_member(organizer, own)
    if allowed:
        make(organizer, member, given)
    else:
        with pytest.raises(NotAllowed):
            make(organizer, member, given)
    assert ApiKey.objects.exists() is allowed


def test_somebody_of_another_team_makes_and_revokes_nothing(
    organizer: Organizer, owner: User
) -> None:
    stranger = make_member(make_organizer("Other"), Role.OWNER)
    with pytest.raises(NotAllowed):
        make(organizer, stranger)
    key = make(organizer, owner)
    with pytest.raises(NotAllowed):
        revoke_api_key(key, by=stranger, at=now())
    assert list(ApiKey.objects.values_list("revoked_at")) == [(None,)]


def test_a_revoked_key_is_found_no_more_and_its_name_is_free(
    organizer: Organizer, owner: User
) -> None:
    key, secret = create_api_key(organizer, name="till", role=Role.ADMIN, by=owner, at=now())
    assert find_api_key(secret, at=now()) == key
    with pytest.raises(NameTaken):
        make(organizer, owner, name="till")
    revoke_api_key(key, by=owner, at=now())
    first = ApiKey.objects.get().revoked_at
    revoke_api_key(key, by=owner, at=now() + timedelta(hours=1))
    assert find_api_key(secret, at=now()) is None
    assert ApiKey.objects.get().revoked_at == first
    make(organizer, owner, name="till")
    trace = StateChange.objects.filter(subject="accounts.apikey", subject_id=key.pk).order_by("pk")
    assert list(trace.values_list("target", "actor")) == [
        ("made as admin", owner.actor),
        ("revoked", owner.actor),
    ]


def test_use_is_noted_now_and_then_not_each_time(organizer: Organizer, owner: User) -> None:
    at = now()
    _key, secret = create_api_key(organizer, name="till", role=Role.STAFF, by=owner, at=at)
    for minutes in (0, 4, 6):
        find_api_key(secret, at=at + timedelta(minutes=minutes))
        seen = ApiKey.objects.get().last_used_at
        assert seen == at + timedelta(minutes=6 if minutes == 6 else 0)


def test_there_is_an_end_to_making_keys(organizer: Organizer, owner: User) -> None:
    keys = [make(organizer, owner, name=str(number)) for number in range(KEYS_MAX)]
    with pytest.raises(TooManyKeys):
        make(organizer, owner, name="one more")
    revoke_api_key(keys[0], by=owner, at=now())
    make(organizer, owner, name="one more")
