"""Chromium as phones: 360 px wide, with a film for a camera, failing on any error of a page."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from tests.factories.door import signed_in
from tests.fake_camera import film

PHONE: ViewportSize = {"width": 360, "height": 640}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OpenPhone = Callable[..., Page]
SignIn = Callable[[Page, User], None]


def serious(page: Page) -> list[str]:
    """What axe finds serious or worse."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['help']}" for v in found if v["impact"] in {"serious", "critical"}]


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.fixture
def open_phone(live_server: LiveServer, tmp_path: Path) -> Iterator[OpenPhone]:
    """A phone whose camera sees the given PNGs in turn, or which has none; it fails on any error of a page."""
    chromium = os.environ.get("CHROMIUM")
    if not chromium:
        pytest.skip("no Chromium: CHROMIUM names none")
    errors: list[str] = []
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())

        def note(kind: str, text: str) -> None:
            if kind == "error" and "net::ERR_" not in text:  # a request the story itself cut off
                errors.append(text)

        def launch(pictures: list[bytes]) -> Browser:
            camera = []
            if pictures:
                seen = film(pictures, tmp_path / "camera.mjpeg")
                camera = [
                    "--use-fake-ui-for-media-stream",
                    "--use-fake-device-for-media-stream",
                    f"--use-file-for-fake-video-capture={seen}",
                ]
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS + camera)
            stack.callback(browser.close)
            return browser

        def open_page(*pictures: bytes, language: str = "en") -> Page:
            context = launch(list(pictures)).new_context(
                viewport=PHONE,
                locale=language,
                base_url=live_server.url,
                permissions=["camera"] if pictures else [],
            )
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda message: note(message.type, message.text))
            return page

        yield open_page
        # While Playwright runs, the test has a database connection of its own.
        connection.close()
    wait_until_alone()
    assert errors == []


def wait_until_alone() -> None:
    """The server's threads end, and give their database connections back, a moment after the browser."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)


@pytest.fixture
def sign_in(live_server: LiveServer) -> SignIn:
    """As if they had come from the sign-in page."""

    def give_session(page: Page, user: User) -> None:
        client = signed_in(user)
        page.context.add_cookies(
            [
                {"name": name, "value": morsel.value, "url": live_server.url}
                for name, morsel in client.cookies.items()
            ]
        )

    return give_session
