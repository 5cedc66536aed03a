"""A code pairs as many phones as it says, however many bring it, and cannot be guessed."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Membership
from apps.accounts.roles import Role
from apps.api.v1.checkin import pair as pair_call
from apps.checkin.devices import hash_of, new_secret
from apps.checkin.models import Device, Entry, Pairing
from apps.checkin.services.pair import Asking, NoSuchPairing, offer, pair
from apps.events.models import Event
from tests.api.door_calls import Phone
from tests.factories.door import make_ticket
from tests.factories.selling import make_event, make_member, make_organizer, make_user
from tests.racing import run_at_once


@pytest.fixture
def event(db: None) -> Event:
    return make_event(make_organizer(), at=now())


def test_codes_are_not_tried_out(event: Event) -> None:
    code = offer(Pairing(event=event), user=make_member(event.organizer, Role.OWNER), at=now())
    statuses = [try_code(f"WRONG{n:03}") for n in range(pair_call.TRIES + 5)]
    assert statuses[: pair_call.TRIES] == [404] * pair_call.TRIES
    assert set(statuses[pair_call.TRIES :]) == {429}
    assert try_code(code) == 429
    assert not Device.objects.exists()


def try_code(code: str) -> int:
    body = json.dumps({"code": code})
    answer = Client().post("/api/v1/checkin/pair", body, content_type="application/json")
    return answer.status_code


def test_a_browser_whose_answer_was_lost_pairs_once(event: Event) -> None:
    code = offer(Pairing(event=event), user=make_member(event.organizer, Role.OWNER), at=now())
    first, lost = pair(code, Asking(nonce="n" * 20), at=now())
    again, key = pair(code, Asking(nonce="n" * 20), at=now())
    assert again == first
    assert Phone(first, lost).get("door").status_code == 401
    assert Phone(again, key).get("door").status_code == 200
    for other in (Asking(nonce="o" * 20), Asking()):
        with pytest.raises(NoSuchPairing):
            pair(code, other, at=now())
    assert Device.objects.count() == 1


def test_a_members_own_phone_ends_with_their_membership(event: Event) -> None:
    staff = make_member(event.organizer, Role.STAFF)
    code = offer(Pairing(event=event), user=staff, at=now())
    phone = Phone(*pair(code, Asking(name="mine", user=staff), at=now()))
    ticket = make_ticket(event)
    assert phone.get("door").status_code == 200
    Membership.objects.filter(user=staff).delete()
    refused = phone.scan(ticket)
    assert (refused.status_code, refused.json()["code"]) == (401, "revoked")
    phone.admits(ticket)
    assert phone.uploads().json()["quarantined"] is True
    phone.device.refresh_from_db()
    assert phone.device.revoked_by == "system"
    assert not Entry.objects.exists()


def test_a_helper_with_an_account_elsewhere_has_the_organizers_phone(event: Event) -> None:
    owner = make_member(event.organizer, Role.OWNER)
    code = offer(Pairing(event=event), user=owner, at=now())
    device, key = pair(code, Asking(user=make_user()), at=now())
    assert device.user is None
    assert Phone(device, key).get("door").status_code == 200


def race(event: Event, take: Any) -> int:
    """Ten phones bring the same code at once; how many were paired."""
    code = offer(Pairing(event=event), user=make_member(event.organizer, Role.OWNER), at=now())
    answers = run_at_once(10, lambda number: take(code, f"phone {number}"))
    assert all(isinstance(a, NoSuchPairing) for a in answers if isinstance(a, Exception))
    return Device.objects.count()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_code_for_one_phone_pairs_one() -> None:
    event = make_event(make_organizer(), at=now())
    assert race(event, lambda code, name: pair(code, Asking(name=name), at=now())) == 1
    assert Pairing.objects.get().uses_left == 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_control_looking_before_taking_pairs_several() -> None:
    event = make_event(make_organizer(), at=now())

    def look_then_take(code: str, name: str) -> None:
        pairing = Pairing.objects.open(at=now()).filter(code_hash=hash_of(code)).first()
        if pairing is None:
            raise NoSuchPairing
        time.sleep(0.02)
        pairing.uses_left -= 1
        pairing.save()
        Device.objects.create(
            event=event, name=name, secret_hash=hash_of(new_secret()), paired_at=now()
        )

    assert race(event, look_then_take) > 1
