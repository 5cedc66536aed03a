from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.buying import Shop, open_shop
from tests.chaos.conftest import machine
from tests.chromium import Chromium
from tests.german import german
from tests.sandbox_server import SandboxForTests

__all__ = ["machine"]  # a fixture of real processes

OpenPage = Callable[..., Page]


@pytest.fixture
def shop(
    transactional_db: None,
    live_server: LiveServer,
    sandbox: SandboxForTests,
    settings: Settings,
) -> Iterator[Shop]:
    """On a real port, in German and English; nothing is kept from the story before."""
    settings.PUBLIC_URL = live_server.url
    with german():
        yield open_shop(sandbox)


@pytest.fixture
def open_page(live_server: LiveServer, chromium: Chromium) -> Iterator[OpenPage]:
    """A Chromium 360 px wide; options go to its context. Any error of a page fails the story."""
    errors: list[str] = []
    with ExitStack() as stack:

        def open_one(**options: Any) -> Page:
            defaults = {"viewport": {"width": 360, "height": 740}, "locale": "en"}
            context = chromium.shared.new_context(base_url=live_server.url, **(defaults | options))
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda message: _note(message.type, message.text, errors))
            return page

        yield open_one
    assert errors == []


def _note(kind: str, text: str, errors: list[str]) -> None:
    """An answer like 422 is not an error of the page; what its policy refused is."""
    if kind == "error" and not text.startswith("Failed to load resource"):
        errors.append(text)
