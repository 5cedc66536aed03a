"""An organizer sets up the door: everything by plain forms."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.checkin.devices import hash_of
from apps.checkin.models import (
    Device,
    DeviceFlag,
    DoorSettings,
    Entry,
    Flaw,
    Gate,
    Pairing,
    Supervisor,
    TimeSlot,
)
from apps.checkin.pins import derive
from apps.checkin.services.heartbeat import Health, hear
from apps.checkin.services.pair import revoke
from apps.events.models import Event
from tests.api.door_calls import Phone
from tests.factories.door import make_device, make_gate, make_ticket, scanned, signed_in
from tests.factories.selling import make_member, make_variant

pytestmark = pytest.mark.django_db

RULES = {
    "entry_rule": "per_day",
    "entries_per_day": "3",
    "day_starts_at": "05:30",
    "unsynced": "refuse",
    "start_pin": "on",
    "slow_after_ms": "900",
    "offline_after": "3",
}


@pytest.fixture
def boss(owner: User) -> Client:
    return signed_in(owner)


def text(client: Client, event: Event, path: str) -> str:
    answer = client.get(f"/door/{event.slug}/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_rules_are_saved_and_wrong_ones_are_not(boss: Client, event: Event) -> None:
    path = f"/door/{event.slug}/settings/"
    assert boss.post(path, RULES).status_code == 302
    saved = DoorSettings.objects.get()
    assert (saved.entry_rule, saved.entries_per_day, saved.day_starts_at) == ("per_day", 3, 330)
    assert (saved.unsynced, saved.names_offline, saved.start_pin) == ("refuse", False, True)
    assert (saved.slow_after_ms, saved.offline_after, saved.version) == (900, 3, 2)
    assert 'value="05:30"' in text(boss, event, "settings/")
    for wrong in ({"entries_per_day": "0"}, {"slow_after_ms": "5"}, {"entry_rule": "never"}):
        assert boss.post(path, RULES | wrong).status_code == 422
    assert DoorSettings.objects.get().version == 2
    assert "Some times a day" in text(boss, event, "setup/")


def test_gates_have_rules_and_can_be_changed(boss: Client, event: Event) -> None:
    floor = make_variant(event, "Floor", access_level="floor")
    gates = f"/door/{event.slug}/gates/"
    body = {
        "name": "North",
        "direction": "both",
        "opens_at": "2026-06-01T18:00",
        "closes_at": "2026-06-01T23:00",
        "variants": [floor.pk],
        "access_levels": ["floor"],
    }
    assert boss.post(gates, body).status_code == 302
    gate = Gate.objects.get()
    assert (gate.name, gate.direction, gate.variants, gate.access_levels) == (
        "North",
        "both",
        [floor.pk],
        ["floor"],
    )
    assert gate.opens_at is not None
    assert gate.opens_at.astimezone(event.zone).hour == 18
    one = f"{gates}{gate.pk}/"
    assert 'value="2026-06-01T18:00"' in text(boss, event, f"gates/{gate.pk}/")
    assert boss.post(one, {"name": "Nord", "direction": "in"}).status_code == 302
    changed = Gate.objects.get()
    assert (changed.name, changed.direction, changed.variants) == ("Nord", "in", [])
    assert changed.opens_at is None


def test_a_gate_that_makes_no_sense_is_refused(boss: Client, event: Event) -> None:
    make_gate(event, "North")
    stranger = make_variant(make_ticket().event)
    gates = f"/door/{event.slug}/gates/"
    good = {"name": "South", "direction": "in"}
    for wrong in (
        {"name": "North"},
        {"direction": "up"},
        {"variants": [stranger.pk]},
        {"opens_at": "2026-06-01T18:00", "closes_at": "2026-06-01T18:00"},
    ):
        make_variant(event)
        assert boss.post(gates, good | wrong).status_code == 422
    assert Gate.objects.count() == 1


def test_a_removed_gate_leaves_the_list_and_stays_on_record(boss: Client, event: Event) -> None:
    north, south = make_gate(event, "North"), make_gate(event, "South")
    scanned(make_ticket(event), gate=north)
    boss.post(f"/door/{event.slug}/gates/{north.pk}/removal/")
    assert list(Gate.objects.in_use()) == [south]
    assert "North" not in text(boss, event, "gates/")
    assert boss.get(f"/door/{event.slug}/gates/{north.pk}/").status_code == 404
    assert "North" in text(boss, event, "board/")  # somebody came in there


def test_time_slots_are_given_and_taken(boss: Client, event: Event) -> None:
    early, late = make_variant(event, "Early"), make_variant(event, "Late")
    path = f"/door/{event.slug}/slots/"
    first = {
        f"v{early.pk}-admits_from": "2026-06-01T18:00",
        f"v{early.pk}-admits_until": "2026-06-01T19:00",
        f"v{late.pk}-admits_from": "",
        f"v{late.pk}-admits_until": "",
    }
    assert boss.post(path, first).status_code == 302
    slot = TimeSlot.objects.get()
    assert (slot.variant, slot.admits_until - slot.admits_from) == (early, timedelta(hours=1))
    for wrong in (
        {f"v{early.pk}-admits_until": ""},
        {f"v{early.pk}-admits_until": "2026-06-01T17:00"},
    ):
        assert boss.post(path, first | wrong).status_code == 422
    assert boss.post(path, dict.fromkeys(first, "")).status_code == 302
    assert not TimeSlot.objects.exists()


def test_supervisors_are_appointed_and_retired(boss: Client, event: Event) -> None:
    path = f"/door/{event.slug}/supervisors/"
    for weak in ("12345", "12345a", "", " 123456", "١٢٣٤٥٦", "1" * 13):
        assert boss.post(path, {"name": "Jo", "pin": weak}).status_code == 422
    assert not Supervisor.objects.exists()
    assert boss.post(path, {"name": "Jo", "pin": "482913"}).status_code == 302
    jo = Supervisor.objects.get()
    assert bytes(jo.key) == derive("482913", bytes(jo.salt), jo.iterations)
    page = text(boss, event, "supervisors/")
    assert "Jo" in page
    assert "482913" not in page
    boss.post(f"{path}{jo.pk}/retirement/")
    assert not Supervisor.objects.serving().exists()
    assert Supervisor.objects.count() == 1


def test_a_code_is_shown_once_and_stored_as_a_hash(boss: Client, event: Event, owner: User) -> None:
    gate = make_gate(event)
    body = {"name": "North", "gate": gate.pk, "uses_left": 4, "box_office": "on"}
    answer = boss.post(f"/door/{event.slug}/pairings/", body)
    code = answer.content.decode().split("/door/#")[1].split('"')[0]
    assert len(code) == 8
    assert f"{code[:4]}-{code[4:]}" in answer.content.decode()
    pairing = Pairing.objects.get()
    assert pairing.code_hash == hash_of(code)
    assert (pairing.created_by, pairing.gate, pairing.uses_left) == (owner, gate, 4)
    assert pairing.box_office
    page = text(boss, event, "devices/")
    assert code not in page
    assert "4 phones, until" in page
    boss.post(f"/door/{event.slug}/pairings/{pairing.pk}/withdrawal/")
    assert "4 phones, until" not in text(boss, event, "devices/")
    assert not Pairing.objects.open(at=now()).exists()


@pytest.mark.parametrize("wrong", [{"uses_left": 0}, {"uses_left": 51}, {"gate": 10**30}])
def test_an_offer_out_of_bounds_is_refused(
    boss: Client, event: Event, wrong: dict[str, int]
) -> None:
    make_gate(event)
    body = {"name": "x", "uses_left": 1} | wrong
    assert boss.post(f"/door/{event.slug}/pairings/", body).status_code == 422
    assert not Pairing.objects.exists()


def test_a_member_opens_the_door_on_their_own_phone(event: Event) -> None:
    staff = signed_in(make_member(event.organizer, Role.STAFF, name="Ida Vogt"))
    location = staff.post(f"/door/{event.slug}/devices/").headers["Location"]
    path, _, code = location.partition("#")
    assert path == "/door/"
    paired = staff.post(
        "/api/v1/checkin/pair", json.dumps({"code": code}), content_type="application/json"
    )
    assert paired.status_code == 201
    device = Device.objects.get()
    assert (device.name, device.event, device.user is not None) == ("Ida Vogt", event, True)
    assert Pairing.objects.get().uses_left == 0


def test_the_list_of_phones_says_how_each_is(boss: Client, event: Event) -> None:
    good, _key = make_device(event, "Good one")
    hear(good, Health(queue=0, data_at=now(), battery=80), at=now())
    busy, _key = make_device(event, "Busy one")
    hear(busy, Health(queue=12, battery=9), at=now() - timedelta(hours=1))
    DeviceFlag.objects.create(device=busy, flaw=Flaw.FORK, seq=3, at=now())
    page = text(boss, event, "devices/")
    for words in ("Online", "battery 80 %", "Silent", "12 entries wait", "1 flaw in its log"):
        assert words in page
    one = text(boss, event, f"devices/{busy.pk}/")
    assert "Two different entries of one number" in one


def test_a_phone_is_renamed_moved_and_revoked(boss: Client, event: Event, owner: User) -> None:
    gate = make_gate(event)
    device, _key = make_device(event)
    path = f"/door/{event.slug}/devices/{device.pk}/"
    assert boss.post(path, {"name": "North 1", "gate": gate.pk}).status_code == 302
    assert boss.post(path, {"name": ""}).status_code == 422
    boss.post(f"{path}revocation/")
    device.refresh_from_db()
    assert (device.name, device.gate, device.revoked_by) == ("North 1", gate, f"user:{owner.pk}")
    assert "Revoked" in text(boss, event, f"devices/{device.pk}/")


def test_what_came_after_the_revocation_counts_once_it_is_taken_in(
    boss: Client, event: Event
) -> None:
    ticket = make_ticket(event)
    phone = Phone(*make_device(event))
    revoke(phone.device, actor="user:1", at=now())
    phone.admits(ticket)
    assert phone.uploads().json()["quarantined"] is True
    assert not Entry.objects.exists()
    assert "1 entry of its log came after" in text(boss, event, f"devices/{phone.device.pk}/")
    assert "1 entry came later" in text(boss, event, "devices/")
    boss.post(f"/door/{event.slug}/devices/{phone.device.pk}/taking-in/")
    assert Entry.objects.get().ticket == ticket
    assert "came after" not in text(boss, event, f"devices/{phone.device.pk}/")
