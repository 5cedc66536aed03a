"""What the organizer changes about a door reaches the phones, and who went in is told by the new rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from apps.checkin.describe import describe, door_version
from apps.checkin.models import Device, DoorSettings, Entry, EntryRule, settings_of
from apps.checkin.services import settings as service
from apps.checkin.services.gates import give_slot, remove_gate, save_gate, take_slot
from apps.checkin.services.heartbeat import Health, hear
from apps.checkin.services.pair import revoke
from apps.checkin.services.scan import scan
from apps.checkin.services.settings import change_settings
from apps.checkin.services.supervisors import appoint, retire
from apps.events.models import Event
from apps.tickets.models import Ticket
from tests.factories.door import make_attempt, make_device, make_gate, make_ticket
from tests.factories.selling import NOON, make_event, make_organizer, make_variant
from tests.outbox_pump import deliver_all, undelivered

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def event() -> Event:
    return make_event(make_organizer(), starts_at=NOON)


def version(device: Device) -> str:
    return door_version(fresh(device))


def fresh(device: Device) -> Device:
    return Device.objects.select_related("event__door_settings", "event__organizer").get(
        pk=device.pk
    )


def test_every_change_of_the_door_is_noticed_by_its_phones(event: Event) -> None:
    device, _key = make_device(event)
    variant, gate = make_variant(event), make_gate(event, "Old")
    supervisor = appoint(event.organizer, name="Ida", pin="123456", at=NOON)
    changes: list[Callable[[], object]] = [
        lambda: change_settings(DoorSettings(event=event, start_pin=True), at=NOON),
        lambda: save_gate(gate, at=NOON),
        lambda: remove_gate(gate, at=NOON),
        lambda: give_slot(variant, admits_from=NOON, admits_until=NOON + HOUR, at=NOON),
        lambda: take_slot(variant, at=NOON),
        lambda: appoint(event.organizer, name="Jo", pin="654321", at=NOON),
        lambda: retire(supervisor, at=NOON),
    ]
    seen = [version(device)]
    for change in changes:
        change()
        seen.append(version(device))
    assert len(set(seen)) == len(changes) + 1
    assert [s["name"] for s in describe(fresh(device))["supervisors"]] == ["Jo"]


def test_a_change_at_one_door_leaves_the_others_alone(event: Event) -> None:
    elsewhere, _key = make_device(make_event(event.organizer))
    before = version(elsewhere)
    save_gate(make_gate(event), at=NOON)
    assert version(elsewhere) == before


def come_and_go(ticket: Ticket) -> None:
    for minutes, direction in ((0, "in"), (10, "out"), (20, "in")):
        attempt = make_attempt(ticket, event=fresh_event(ticket), direction=direction)
        scan(attempt, at=NOON + timedelta(minutes=minutes))


def fresh_event(ticket: Ticket) -> Event:
    return Event.objects.select_related("door_settings", "organizer").get(pk=ticket.event_id)


def standings(ticket: Ticket) -> list[tuple[str, bool]]:
    entries = Entry.objects.filter(ticket=ticket).order_by("at")
    return [(entry.standing, entry.left_at is not None) for entry in entries]


def test_who_went_in_is_told_again_when_the_rule_changes(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "RETOLD_AT_ONCE", 2)
    change_settings(DoorSettings(event=event, entry_rule=EntryRule.WITH_EXIT), at=NOON)
    deliver_all(at=NOON + service.STALE_FOR)
    assert undelivered() == []
    tickets = [make_ticket(event) for _ in range(5)]
    for ticket in tickets:
        come_and_go(ticket)
    assert standings(tickets[0]) == [("regular", True), ("regular", False)]
    strict = settings_of(fresh_event(tickets[0]))
    strict.entry_rule = EntryRule.ONCE
    change_settings(strict, at=NOON)
    deliver_all(at=NOON)
    assert [standings(ticket) for ticket in tickets] == [
        [("regular", True), ("double", False)] for _ in tickets
    ]


def test_a_scan_by_the_old_rule_that_ends_late_is_told_by_the_new_one(event: Event) -> None:
    change_settings(DoorSettings(event=event, entry_rule=EntryRule.WITH_EXIT), at=NOON)
    deliver_all(at=NOON + service.STALE_FOR)
    ticket = make_ticket(event)
    under_way = make_attempt(ticket, event=fresh_event(ticket))
    strict = settings_of(fresh_event(ticket))
    strict.entry_rule = EntryRule.ONCE
    for minutes, direction in ((-2, "in"), (-1, "out")):
        attempt = make_attempt(ticket, event=fresh_event(ticket), direction=direction)
        scan(attempt, at=NOON + timedelta(minutes=minutes))
    change_settings(strict, at=NOON)
    deliver_all(at=NOON)
    scan(under_way, at=NOON)  # it read the rule before it was changed
    assert standings(ticket) == [("regular", True), ("regular", False)]
    deliver_all(at=NOON + service.STALE_FOR)
    assert standings(ticket) == [("regular", True), ("double", False)]
    assert undelivered() == []


def test_other_settings_tell_nothing_again(event: Event) -> None:
    change_settings(DoorSettings(event=event, names_offline=False), at=NOON)
    assert deliver_all(at=NOON) == 0


def test_the_state_of_a_device_follows_from_its_last_word(event: Event) -> None:
    device, _key = make_device(event)
    assert device.state(at=NOON) == "paired"
    hear(device, Health(queue=0), at=NOON)
    device.refresh_from_db()
    assert device.state(at=NOON + timedelta(seconds=35)) == "online"
    assert device.state(at=NOON + timedelta(seconds=36)) == "silent"
    hear(device, Health(queue=4, offline_since=NOON - HOUR), at=NOON)
    device.refresh_from_db()
    assert device.state(at=NOON) == "offline"
    revoke(device, actor="user:1", at=NOON)
    assert device.state(at=NOON) == "revoked"
    left, _key = make_device(event)
    revoke(left, actor=left.actor, at=NOON)
    assert left.state(at=NOON) == "left"
