"""A program takes data out with its organizer's key, and nothing of anybody else."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.accounts.roles import Role
from apps.accounts.services.api_keys import create_api_key
from apps.api.v1 import exports
from apps.exports.models import Download, Export, ExportFile
from apps.orders.models import Order
from tests.factories.selling import (
    make_event,
    make_member,
    make_organizer,
    make_quota,
    make_variant,
)
from tests.factories.world import buy
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def organizer() -> Organizer:
    return make_organizer()


@pytest.fixture
def order(organizer: Organizer) -> Order:
    event = make_event(organizer, at=now(), slug="zwoelf-celli")
    variant = make_variant(event)
    make_quota(event, 5, variant)
    return buy(event, variant, 1, at=now())[0]


def key_of(organizer: Organizer, role: Role = Role.OWNER) -> dict[str, str]:
    owner = make_member(organizer, Role.OWNER)
    name = f"books {owner.pk}"
    _key, secret = create_api_key(organizer, name=name, role=role, by=owner, at=now())
    return {"Authorization": f"Bearer {secret}"}


def ask(key: dict[str, str], **fields: Any) -> Any:
    today = now().date()
    days = {"first": str(today - timedelta(days=1)), "last": str(today + timedelta(days=1))}
    body = {"kind": "orders", "event": "zwoelf-celli"} | days | fields
    return Client().post("/api/v1/exports", body, "application/json", headers=key)


def test_asked_for_made_and_fetched(organizer: Organizer, order: Order) -> None:
    key, client = key_of(organizer), Client()
    asked = ask(key)
    assert (asked.status_code, asked.json()["status"]) == (202, "requested")
    url = f"/api/v1/exports/{asked.json()['id']}"
    early = client.get(f"{url}/file", headers=key)
    assert (early.status_code, early.json()["title"]) == (409, "not ready")
    deliver_all(at=now())
    told = client.get(url, headers=key).json()
    answer: Any = client.get(f"{url}/file", headers=key)
    whole = b"".join(answer.streaming_content)
    assert f"\r\n{order.reference},".encode() in whole
    assert (told["status"], told["rows"], told["size"]) == ("ready", 1, len(whole))
    assert told["sha256"] == hashlib.sha256(whole).hexdigest()
    assert Export.objects.get().actor == Download.objects.get().actor
    assert Download.objects.get().actor.startswith("key:")

    ExportFile.objects.update(expires_at=now())  # over, and not cleaned away yet
    late = client.get(f"{url}/file", headers=key)
    assert (late.status_code, late.json()["detail"]) == (409, "It is expired.")
    assert client.get(url, headers=key).json()["status"] == "expired"
    assert Download.objects.count() == 1


def test_what_a_key_may_not(organizer: Organizer, order: Order) -> None:
    admins, stranger = key_of(organizer, Role.ADMIN), key_of(make_organizer("Schallhof"))
    assert ask(admins, kind="postings", event="").status_code == 403
    assert ask(stranger).json()["title"] == "not found"
    assert ask({}).status_code == 401
    assert not Export.objects.exists()
    asked = ask(key_of(organizer), kind="postings", event="").json()
    for key, status in ((admins, 403), (stranger, 404)):
        for tail in ("", "/file"):
            answer = Client().get(f"/api/v1/exports/{asked['id']}{tail}", headers=key)
            assert answer.status_code == status
    assert not Download.objects.exists()


def test_what_cannot_be_is_a_problem(
    organizer: Organizer, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_of(organizer)
    said = {
        "unknown kind": ask(key, kind="gossip"),
        "period": ask(key, last="2020-01-01"),
        "all events": ask(key, kind="postings"),
        "not possible": ask(key, kind="datev", event=""),
    }
    assert {title: answer.json()["title"] for title, answer in said.items()} == {t: t for t in said}
    monkeypatch.setattr(exports, "UNMADE_MAX", 0)
    assert ask(key).status_code == 429
    assert not ExportFile.objects.exists()
