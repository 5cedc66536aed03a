"""The API describes itself, for programs and for people."""

from __future__ import annotations

import re

from django.contrib.staticfiles import finders
from django.test import Client


def test_the_page_needs_nothing_the_policy_refuses() -> None:
    response = Client().get("/api/v1/docs")
    page = response.content.decode()
    assert "script-src 'self'" in response.headers["Content-Security-Policy"].split("; ")
    loaded = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert [address for address in loaded if not address.startswith("/static/")] == []
    assert all(finders.find(address.removeprefix("/static/")) for address in loaded)
    assert len(loaded) == 4
    inline = re.findall(r"<script(?![^>]* src=)([^>]*)>", page)
    assert inline == [' type="application/json" id="swagger-settings"']


def test_what_it_shows_is_there() -> None:
    described = Client().get("/api/v1/openapi.json").json()
    assert {"/api/v1/orders", "/api/v1/checkin/scans"} <= set(described["paths"])
