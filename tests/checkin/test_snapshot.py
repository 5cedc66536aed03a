"""The tickets on a phone: all of them once, and then every change, whatever the order of the commits."""

from __future__ import annotations

import gzip
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Max

from apps.checkin import snapshot
from apps.checkin.cursor import CursorLost, cursor_of
from apps.checkin.describe import ms
from apps.checkin.models import DoorSettings, Entry
from apps.checkin.services.note import write_note
from apps.checkin.services.scan import scan
from apps.checkin.services.undo import undo
from apps.checkin.snapshot import BadPlace, page_of
from apps.events.models import Event
from apps.tickets.models import Ticket
from apps.tickets.services.block import block
from tests.api.door_calls import Phone
from tests.factories.door import make_attempt, make_device, make_gate, make_ticket
from tests.factories.selling import NOON, make_event, make_organizer, make_variant
from tests.second_session import second_session

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

_MANY = """
    INSERT INTO tickets_ticket
        (reference, event_id, variant_id, state, version, holder_name, access_level, place_label, issued_at)
    SELECT upper(substr(md5(%(event)s || '-' || n), 1, 12)), %(event)s, %(variant)s, 'valid', 1,
           initcap(substr(md5('a' || n), 1, 6)) || ' ' || initcap(substr(md5('b' || n), 1, 8)), 'floor',
           'Reihe ' || n / 100 || ', Platz ' || n %% 100, %(at)s
    FROM generate_series(1, %(count)s) AS n
"""
MB = 1_000_000
PATIENCE_SECONDS = 120


@pytest.fixture
def event() -> Event:
    return make_event(make_organizer())


def many_tickets(event: Event, count: int) -> None:
    variant = make_variant(event)
    values: dict[str, Any] = {"event": event.pk, "variant": variant.pk, "count": count, "at": NOON}
    with connection.cursor() as cursor:
        cursor.execute(_MANY, values)


def changed(event: Event, since: str) -> list[str]:
    return [row[0] for row in page_of(fresh(event), since=since, after="").rows]


def now_at(event: Event) -> str:
    """
    Once no transaction runs any more that began before our last change: those of other tests on this
    server hold cursors back, too.
    """
    last = event.tickets.aggregate(last=Max("touched"))["last"] or 0
    last = max(last, event.entries.aggregate(last=Max("touched"))["last"] or 0)
    end = time.monotonic() + PATIENCE_SECONDS
    while (cursor := cursor_of(fresh(event))).oldest <= last:
        assert time.monotonic() < end
        time.sleep(0.05)
    return str(cursor)


def fresh(event: Event) -> Event:
    return Event.objects.select_related("door_settings").get(pk=event.pk)


def test_a_row_is_what_the_door_needs_and_no_more(event: Event) -> None:
    ticket, gate = make_ticket(event), make_gate(event)
    write_note(ticket, "Speaks French", actor="user:1", at=NOON)
    write_note(ticket, "Wheelchair", actor="user:1", at=NOON)
    scan(make_attempt(ticket, gate=gate), at=NOON)
    assert page_of(event, since="", after="").rows == [
        [
            ticket.reference,
            "Mira Sandberg",
            ticket.variant_id,
            "",
            "valid",
            1,
            "Reihe 9, Platz 14",
            "Wheelchair",
            [[ms(NOON), None, gate.pk, "Selin's phone"]],
        ]
    ]


def test_without_names_phones_get_neither_names_nor_notes(event: Event) -> None:
    ticket = make_ticket(event)
    write_note(ticket, "Wheelchair", actor="user:1", at=NOON)
    with_names = now_at(event)
    DoorSettings.objects.create(event=event, names_offline=False)
    row = page_of(fresh(event), since="", after="").rows[0]
    assert (row[0], row[1], row[7]) == (ticket.reference, "", "")
    # And those who have them already must load anew.
    with pytest.raises(CursorLost):
        page_of(fresh(event), since=with_names, after="")


def test_pages_hold_everybody_once(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "PAGE", 3)
    many_tickets(event, 8)
    make_ticket()  # of somebody else
    seen, after, pages = [], "", 0
    while True:
        page = page_of(event, since="", after=after)
        seen += [row[0] for row in page.rows]
        pages += 1
        if page.after is None:
            break
        after = page.after
    assert pages == 3
    assert sorted(seen) == sorted(event.tickets.values_list("reference", flat=True))


def test_who_is_changed_between_two_pages_is_not_passed_over(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "PAGE", 2)
    many_tickets(event, 4)
    now_at(event)
    first = page_of(event, since="", after="")
    assert first.after is not None
    late = event.tickets.exclude(reference__in=[row[0] for row in first.rows]).earliest("pk")
    block(late, reason="stolen", actor="user:1", at=NOON)
    rest = page_of(event, since="", after=first.after).rows
    assert {row[0]: row[4] for row in rest}[late.reference] == "blocked"
    assert changed(event, str(first.cursor)) == [late.reference]


def test_whatever_changes_a_ticket_is_told_and_nothing_else(event: Event) -> None:
    ticket, other = make_ticket(event), make_ticket(event)
    cursor = now_at(event)
    assert changed(event, cursor) == []
    block(other, reason="stolen", actor="user:1", at=NOON)
    assert changed(event, cursor) == [other.reference]

    for change in (
        lambda: scan(make_attempt(ticket), at=NOON),
        lambda: write_note(ticket, "Wheelchair", actor="user:1", at=NOON),
        lambda: undo(Entry.objects.get(), actor="user:1", at=NOON + timedelta(minutes=1)),
    ):
        cursor = now_at(event)
        change()
        assert changed(event, cursor) == [ticket.reference]
    assert page_of(event, since=cursor, after="").rows[0][8] == []


def test_a_commit_out_of_order_is_not_lost(event: Event) -> None:
    slow, quick = make_ticket(event), make_ticket(event)
    cursor = now_at(event)
    with second_session() as other:
        other(lambda: begin(slow))
        touch(quick)
        page = page_of(event, since=cursor, after="")
        assert [row[0] for row in page.rows] == [quick.reference]
        other(commit)
    assert slow.reference in changed(event, str(page.cursor))
    # And when nobody writes any more nothing comes twice.
    assert changed(event, now_at(event)) == []


def test_control_a_cursor_of_the_last_change_loses_it(event: Event) -> None:
    slow, quick = make_ticket(event), make_ticket(event)
    last = plainly_since(event, 0)[0]
    with second_session() as other:
        other(lambda: begin(slow))
        touch(quick)
        last, references = plainly_since(event, last)
        assert references == [quick.reference]
        other(commit)
    assert plainly_since(event, last)[1] == []


def plainly_since(event: Event, last: int) -> tuple[int, list[str]]:
    """How it is often done: what has a higher number (or time) than the last one that was seen."""
    rows = list(
        event.tickets.filter(touched__gt=last)
        .order_by("touched")
        .values_list("touched", "reference")
    )
    return (rows[-1][0] if rows else last), [reference for _touched, reference in rows]


def begin(ticket: Ticket) -> None:
    transaction.set_autocommit(False)
    touch(ticket)


def touch(ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(holder_name="Ada")


def commit() -> None:
    transaction.commit()
    transaction.set_autocommit(True)


def test_rows_of_a_restored_database_do_not_come_with_every_change(event: Event) -> None:
    """They say transactions of the database they were dumped from, which this one has not reached."""
    ticket = make_ticket(event)
    before = now_at(event)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tickets_ticket DISABLE TRIGGER tickets_ticket_touched")
        cursor.execute("UPDATE tickets_ticket SET touched = 1000000000000")
        cursor.execute("ALTER TABLE tickets_ticket ENABLE TRIGGER tickets_ticket_touched")
    assert changed(event, before) == []
    touch(ticket)
    assert changed(event, before) == [ticket.reference]


@pytest.mark.parametrize(
    "function", ["pg_control_system()", "pg_current_wal_lsn()", "pg_walfile_name(pg_lsn)"]
)
def test_a_plain_role_of_the_database_may_ask_for_a_cursor(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_function_privilege('public', %s, 'EXECUTE')", [function])
        assert cursor.fetchone() == (True,)


@pytest.mark.parametrize("cursor", ["nonsense", ".", "0123456789abcdef.5", "x" * 500, "\x00.1"])
def test_a_cursor_of_another_history_is_lost(event: Event, cursor: str) -> None:
    with pytest.raises(CursorLost):
        page_of(event, since=cursor, after="")


def test_a_cursor_of_another_event_or_of_the_future_is_lost(event: Event) -> None:
    elsewhere = now_at(make_event(event.organizer))
    history, _, oldest = now_at(event).partition(".")
    for cursor in (elsewhere, f"{history}.{int(oldest) + 10**6}"):
        with pytest.raises(CursorLost):
            page_of(event, since=cursor, after="")


@pytest.mark.parametrize("after", ["x", "1", "1-", "1-2-3", f"{'9' * 30}-1", "-1--1"])
def test_a_place_that_is_none_is_refused(event: Event, after: str) -> None:
    with pytest.raises(BadPlace):
        page_of(event, since="", after=after)


def load(phone: Phone, question: str = "") -> tuple[list[Any], int, str]:
    """Rows, bytes over the wire, and the cursor."""
    rows: list[Any] = []
    size, cursor = 0, ""
    after: str | None = ""
    while after is not None:
        path = f"tickets?{question}&after={after}"
        answer = phone.call("GET", path, **{"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        size += len(answer.content)
        page = json.loads(gzip.decompress(answer.content))
        cursor = cursor or page["cursor"]
        rows += page["tickets"]
        after = page["next"]
    return rows, size, cursor


def test_fifty_thousand_tickets_and_a_thousand_changes_are_small(event: Event) -> None:
    many_tickets(event, 50_000)
    phone = Phone(*make_device(event))
    now_at(event)
    rows, size, cursor = load(phone)
    assert len({row[0] for row in rows}) == 50_000
    assert size <= 5 * MB
    some = event.tickets.order_by("reference").values("pk")[:1_000]
    Ticket.objects.filter(pk__in=some).update(state="blocked")
    rows, size, _cursor = load(phone, f"cursor={cursor}")
    assert {row[4] for row in rows} == {"blocked"}
    assert len(rows) == 1_000
    assert size <= 200_000


def test_a_page_asks_few_statements(event: Event, django_assert_num_queries: Any) -> None:
    many_tickets(event, 50)
    phone = Phone(*make_device(event))
    with django_assert_num_queries(5):
        assert len(phone.get("tickets").json()["tickets"]) == 50
