"""The stream itself, from the process that sends it in production."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import httpx
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.utils.timezone import now

from apps.accounts.models import Membership, User
from apps.accounts.roles import Role
from apps.checkin.live.watchers import OF_ONE_USER_MAX
from apps.events.models import Event
from tests.factories.door import make_ticket, signed_in
from tests.factories.night import make_phone, scans
from tests.factories.selling import make_member, make_organizer
from tests.live_process import LiveProcess

pytestmark = pytest.mark.django_db(transaction=True)

Told = Iterator[tuple[str, Any]]


@contextmanager
def stream(
    origin: str, event: Event, user: User | None, **headers: str
) -> Iterator[httpx.Response]:
    cookies = {django_settings.SESSION_COOKIE_NAME: session(user)} if user else {}
    with (
        httpx.Client(timeout=30, cookies=cookies, trust_env=False) as client,
        client.stream("GET", f"{origin}/live/door/{event.slug}/", headers=headers) as answer,
    ):
        yield answer


def session(user: User) -> str:
    return signed_in(user).cookies[django_settings.SESSION_COOKIE_NAME].value


def told(answer: httpx.Response) -> Told:
    """Name and data of each event."""
    name = ""
    for line in answer.iter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def test_who_gets_it_and_what_it_says(live_process: LiveProcess, event: Event, owner: User) -> None:
    cache.clear()
    staff = make_member(event.organizer, Role.STAFF)
    foreign = make_member(make_organizer("Somebody else"), Role.OWNER)
    for stranger in (None, foreign):
        with stream(live_process.address, event, stranger) as answer:
            assert answer.status_code == 403
    with (
        stream(live_process.address, event, staff) as answer,
        stream(live_process.address, event, owner) as other,
    ):
        assert answer.headers["content-type"] == "text/event-stream"
        assert answer.headers["cache-control"] == "no-store"
        both = told(answer), told(other)
        firsts = [next(one) for one in both]
        assert [name for name, _data in firsts] == ["board", "board"]
        assert firsts[0][1]["html"] == firsts[1][1]["html"]
        scans(make_phone(event, "Ida's phone"), make_ticket(event), at=now())
        name, seconds = next(both[0])
        while name == "still":
            name, seconds = next(both[0])
        assert (name, "<b>1</b>" in seconds["html"]) == ("board", True)
        # Whoever comes back with what they have is not sent it again.
        digest = seconds["digest"]
        with stream(live_process.address, event, owner, **{"Last-Event-ID": digest}) as again:
            assert next(told(again))[0] == "still"
        Membership.objects.filter(user=staff).delete()
        assert "over" in {name for name, _data in both[0]}  # and it ends


def test_one_user_holds_only_so_many(live_process: LiveProcess, event: Event, owner: User) -> None:
    cache.clear()
    with ExitStack() as held:
        streams = [
            told(held.enter_context(stream(live_process.address, event, owner)))
            for _ in range(OF_ONE_USER_MAX)
        ]
        assert [next(one)[0] for one in streams] == ["board"] * OF_ONE_USER_MAX
        with stream(live_process.address, event, owner) as one_more:
            assert one_more.status_code == 204
        with stream(
            live_process.address, event, make_member(event.organizer, Role.ADMIN)
        ) as another:
            assert another.status_code == 200
    # Whoever goes away makes room: it is noticed with the next thing there is to say.
    assert seconds_until(lambda: is_open(live_process.address, event, owner)) < 15


def is_open(origin: str, event: Event, user: User) -> bool:
    with stream(origin, event, user) as answer:
        return answer.status_code == 200


def seconds_until(true: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < 30
        time.sleep(0.5)
    return time.monotonic() - began


def test_it_stops_at_once_while_somebody_watches(
    live_process: LiveProcess, event: Event, owner: User
) -> None:
    cache.clear()
    with stream(live_process.address, event, owner) as answer:
        events = told(answer)
        assert next(events)[0] == "board"
        began = time.monotonic()
        live_process.stop()
        assert time.monotonic() - began < 6
        with suppress(httpx.HTTPError):
            assert list(events) == []


def test_the_web_process_has_no_stream(event: Event, owner: User) -> None:
    answer = signed_in(owner).get(f"/live/door/{event.slug}/")
    assert answer.status_code == 204
