from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.buying import Shop, open_shop
from tests.chaos.conftest import machine
from tests.german import german
from tests.sandbox_server import SandboxForTests

__all__ = ["machine"]  # a fixture of real processes

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OpenPage = Callable[..., Page]


@pytest.fixture
def shop(
    transactional_db: None,
    live_server: LiveServer,
    sandbox: SandboxForTests,
    settings: Settings,
    tmp_path: Path,
) -> Iterator[Shop]:
    """On a real port, in German and English; nothing is kept from the story before."""
    settings.PUBLIC_URL = live_server.url
    with german(tmp_path / "locale"):
        yield open_shop(sandbox)


@pytest.fixture
def open_page(live_server: LiveServer) -> Iterator[OpenPage]:
    """A Chromium 360 px wide; options go to its context. Any error of a page fails the story."""
    chromium = os.environ.get("CHROMIUM")
    if not chromium:
        pytest.skip("no Chromium: CHROMIUM names none")
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)

        def open_one(**options: Any) -> Page:
            defaults = {"viewport": {"width": 360, "height": 740}, "locale": "en"}
            context = browser.new_context(base_url=live_server.url, **(defaults | options))
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda message: _note(message.type, message.text, errors))
            return page

        yield open_one
        browser.close()
        connection.close()
    _wait_until_alone()
    assert errors == []


def _note(kind: str, text: str, errors: list[str]) -> None:
    """An answer like 422 is not an error of the page; what its policy refused is."""
    if kind == "error" and not text.startswith("Failed to load resource"):
        errors.append(text)


def _wait_until_alone() -> None:
    """The server's threads give their connections back a moment after the browser ends."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)
