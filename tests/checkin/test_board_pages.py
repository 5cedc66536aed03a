"""Board, doubts and report: who may see them, and that they say what is in the tables."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.checkin.board.doubts import cases_of
from apps.checkin.board.figures import Board
from apps.checkin.board.keep import board_of
from apps.checkin.models import Device, DoubtNote, Entry, LogEntry
from apps.checkin.services.pair import revoke
from apps.events.models import Event
from apps.tickets.services.block import block
from tests.factories.door import make_ticket, signed_in
from tests.factories.night import make_double, make_phone
from tests.factories.selling import make_event, make_member, make_organizer
from tests.racing import run_at_once

pytestmark = pytest.mark.django_db

# Whatever the number of tickets, phones and doubts.
STATEMENTS = 11

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


def cases(event: Event) -> dict[str, bool]:
    """Kind by kind, whether it is open."""
    return {case.kind: case.is_open for case in cases_of(event, at=now())}


def test_a_double_entry_stands_on_the_board_with_both_gates_and_phones(
    event: Event, owner: User
) -> None:
    make_double(event)
    page = signed_in(owner).get(f"/door/{event.slug}/board/").content.decode()
    section = page.split('data-part="doubles"')[1].split("data-part=")[0]
    for word in ("Mira Sandberg", "North", "South", "Ida&#x27;s phone", "Ben&#x27;s phone"):
        assert word in section
    assert "Order unknown" not in section


def test_looking_at_a_doubt_is_kept_and_what_comes_later_opens_it_again(
    event: Event, owner: User
) -> None:
    north, _south = make_double(event)
    ticket = Entry.objects.double().get().ticket
    client = signed_in(owner)
    address = f"/door/{event.slug}/doubts/double/{ticket.pk}/notes/"
    assert cases(event) == {"double": True}
    assert client.post(address, {"text": ""}).status_code == 302  # nothing said, nothing kept
    client.post(address, {"text": "A couple with one code."})
    note = DoubtNote.objects.get()
    assert (note.by, note.by_name, note.text) == (
        f"user:{owner.pk}",
        "Ida Vogt",
        "A couple with one code.",
    )
    assert cases(event) == {"double": False}
    page = client.get(f"/door/{event.slug}/doubts/?all=1").content.decode()
    assert "A couple with one code." in page
    north.looks(ticket, at=now() - timedelta(minutes=1))
    north.brings(at=now() + timedelta(seconds=1))
    assert cases(event) == {"double": True}
    with pytest.raises(IntegrityError), transaction.atomic():
        DoubtNote.objects.update(text="something else")


def test_a_phone_that_is_online_and_just_about_to_upload_is_no_doubt(event: Event) -> None:
    make_phone(event, "North 1", seen_at=now(), queue=2)
    assert cases(event) == {}
    make_phone(event, "North 2", seen_at=now(), queue=2, offline_since=now())
    assert cases(event) == {"silent": True}


@pytest.mark.parametrize("role", [Role.STAFF, None])
def test_only_who_manages_the_event_notes_and_takes_in(event: Event, role: Role | None) -> None:
    make_double(event)
    ticket = Entry.objects.double().get().ticket
    elsewhere = make_organizer("Somebody else")
    user = make_member(event.organizer, role) if role else make_member(elsewhere, Role.OWNER)
    device = event.devices.first()
    assert device is not None
    for address in (f"doubts/double/{ticket.pk}/notes/", f"devices/{device.pk}/taking-in/"):
        answer = signed_in(user).post(f"/door/{event.slug}/{address}", {"text": "mine"})
        assert answer.status_code == 403
    assert not DoubtNote.objects.exists()


def test_a_case_of_another_event_cannot_be_noted(event: Event, owner: User) -> None:
    other = make_event(event.organizer)
    make_double(other)
    ticket = Entry.objects.double().get().ticket
    answer = signed_in(owner).post(
        f"/door/{event.slug}/doubts/double/{ticket.pk}/notes/", {"text": "here?"}
    )
    assert (answer.status_code, DoubtNote.objects.count()) == (404, 0)


def test_every_kind_of_doubt_is_there(event: Event, owner: User) -> None:
    north, south = make_double(event)
    stolen, good = make_ticket(event, "Jonas Wieland"), make_ticket(event, "Tom Okafor")
    block(stolen, reason="stolen", actor="user:1", at=now() - timedelta(hours=1))
    at = now() - timedelta(minutes=2)
    north.looks(stolen, at=at)  # let in, though blocked
    north.looks(good, "blocked", at=at, reason="blocked")  # refused, though good
    north.overrules(stolen, 999, at=at)  # by nobody we know, so without a PIN
    north.brings(at=now())
    for _ in range(2):
        south.looks(good, at=at)
    lost = south.texts.pop(1)
    south.brings(at=now())  # number 3 without 2
    thief = make_phone(event, "Lost phone", paired_at=at, seen_at=now())
    revoke(thief.device, actor="user:1", at=now())
    thief.looks(good, at=at)
    thief.brings(at=now())
    offline = Device.objects.filter(pk=north.device.pk)
    offline.update(queue=3, seen_at=now(), offline_since=now())
    kinds = {"double", "let_in", "turned_away", "override", "flaw", "gap", "quarantine", "silent"}
    assert kinds == set(cases(event))
    client = signed_in(owner)
    page = client.get(f"/door/{event.slug}/doubts/").content.decode()
    for word in ("Jonas Wieland", "PIN not proven", "Overruled without the PIN", "Lost phone"):
        assert word in page
    assert "3 entries are still on the phone." in page
    # What is settled is no doubt any more.
    client.post(f"/door/{event.slug}/devices/{thief.device.pk}/taking-in/")
    south.texts.insert(1, lost)
    south.brings(at=now())
    assert {"gap", "quarantine"} & set(cases(event)) == set()
    assert not LogEntry.objects.filter(quarantined=True).exists()


def test_a_board_is_counted_by_one_of_many_who_ask(event: Event) -> None:
    make_double(event)
    event.refresh_from_db()
    with CaptureQueriesContext(connection) as first:
        counted = board_of(event, at=now())
    assert len(first) == STATEMENTS
    with CaptureQueriesContext(connection) as second:
        assert board_of(event, at=counted.counted_at) == counted
    assert len(second) == 0
    # A second later somebody looks whether there is news, and counts again only if there is.
    later = counted.counted_at + timedelta(seconds=1.5)
    cache.delete(f"board:{event.pk}:turn")
    with CaptureQueriesContext(connection) as third:
        assert board_of(event, at=later) == counted
    assert len(third) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_who_ask_at_once_get_one_count(event: Event) -> None:
    boards = run_at_once(20, lambda _number: board_of(event, at=now()))
    assert len({board.counted_at for board in boards if isinstance(board, Board)}) == 1
    assert len(boards) == 20


@pytest.mark.usefixtures("redis_away")
def test_without_redis_the_board_is_counted_all_the_same(event: Event) -> None:
    assert board_of(event, at=now()).night.entries == 0
