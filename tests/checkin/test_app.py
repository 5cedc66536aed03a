"""The door as an app: one page for everybody, a list of what a phone keeps of it, a manifest."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.events.models import Event
from tests.factories.door import signed_in

pytestmark = pytest.mark.django_db


def kept(client: Client) -> dict[str, Any]:
    """What the service worker is told in its first line."""
    first, _, _rest = client.get("/door/sw.js").content.decode().partition("\n")
    told: dict[str, Any] = json.loads(first.removeprefix("self.DOOR = ").removesuffix(";"))
    return told


def fetched(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    content = b"".join(answer)
    answer.close()
    return content


def test_the_page_is_the_same_for_everybody_and_holds_nobody(
    client: Client, phone: Client, owner: User, event: Event
) -> None:
    pages = [caller.get("/door/") for caller in (client, phone, signed_in(owner))]
    assert len({page.content for page in pages}) == 1
    assert event.title.encode() not in pages[0].content
    assert "no-store" in pages[0].headers["Cache-Control"]
    assert not pages[0].cookies


def test_a_phone_keeps_every_file_and_knows_each_by_its_content(client: Client) -> None:
    files = kept(client)["files"]
    addresses = [address for address, _integrity in files]
    assert "/static/js/door/app.js" in addresses
    assert "/static/vendor/zxing_reader.wasm" in addresses
    assert "/static/js/door/worker.js" not in addresses
    for address, integrity in files:
        content = fetched(client, address)
        if address.endswith(".js") and "/door/" in address:
            digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
            assert integrity == f"sha256-{digest}"


def test_another_word_on_the_page_is_another_version(
    client: Client, in_german: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(client)
    assert before == kept(client)
    monkeypatch.setattr("apps.checkin.views.app.words", lambda: {"online": "there"})
    after = kept(client)
    assert after["version"] != before["version"]
    assert after["files"] == before["files"]


def test_a_page_for_each_language(client: Client, in_german: None) -> None:
    pages = kept(client)["pages"]
    assert pages == {"en": "/door/?language=en", "de": "/door/?language=de"}
    page = client.get("/door/?language=de").content.decode()
    assert '<html lang="de"' in page
    assert "Dieses Handy koppeln" in page
    assert '<html lang="en"' in client.get("/door/?language=xx").content.decode()


def test_the_manifest_says_what_is_installed(client: Client, in_german: None) -> None:
    manifest = client.get("/door/manifest.webmanifest?language=de").json()
    assert (manifest["scope"], manifest["start_url"]) == ("/door/", "/door/")
    assert manifest["short_name"] == "Einlass"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    for icon in manifest["icons"]:
        assert fetched(client, icon["src"]).startswith(b"\x89PNG")
