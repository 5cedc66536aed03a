from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.checkin.models.door_key import cut_key
from apps.events.models import Event
from tests.factories.door import signed_in
from tests.factories.selling import make_event, make_member, make_organizer
from tests.fake_camera import film
from tests.german import german

PHONE: ViewportSize = {"width": 360, "height": 640}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OpenPhone = Callable[..., Page]


@pytest.fixture
def in_german(tmp_path: Path) -> Iterator[None]:
    with german(tmp_path / "locale"):
        yield


@pytest.fixture
def event(db: None) -> Event:
    return make_event(make_organizer(), at=now())


@pytest.fixture
def owner(event: Event) -> User:
    return make_member(event.organizer, Role.OWNER, name="Ida Vogt")


@pytest.fixture
def client() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


@pytest.fixture
def phone(event: Event, owner: User) -> Client:
    """Opened with a door key, no account."""
    phone = Client(headers={"sec-fetch-site": "same-origin"})
    _key, secret = cut_key(event, "Selin's phone", user=owner, at=now())
    answer = phone.post("/door/", {"key": f"https://shop.example/door/#{secret}"})
    assert answer.headers["Location"] == f"/door/{event.slug}/"
    return phone


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
def sign_in(live_server: LiveServer) -> Callable[[Page, User], None]:
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
