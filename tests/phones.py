"""Chromium as phones: 360 px wide, with a film for a camera, failing on any error of a page."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from tests.cable import Cable
from tests.chromium import FLAGS, Chromium
from tests.factories.door import signed_in
from tests.fake_camera import film

PHONE: ViewportSize = {"width": 360, "height": 640}
OpenPhone = Callable[..., Page]
SignIn = Callable[[Page, User], None]


# Halfway from one colour to another nothing has its contrast.
_COME_TO_REST = """() => Promise.all(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished.catch(() => null)))"""
# What passes is not told: it is most of what axe has to say.
_FIND = """(within) => axe.run(within ?? document, {reporter: "no-passes"}).then(({violations}) =>
    violations.map(({id, help, impact, nodes}) => ({id, help, impact, html: nodes[0].html})))"""


def violations(page: Page, *, within: str | None = None) -> list[dict[str, str]]:
    """What axe finds: id, help, impact, and the html of the first place."""
    page.evaluate(AXE_SCRIPT)
    found: list[dict[str, str]] = page.evaluate(_FIND, within)
    return found


def serious(page: Page, *, within: str | None = None) -> list[str]:
    """What axe finds serious or worse, once nothing moves any more."""
    page.evaluate(_COME_TO_REST)
    found = violations(page, within=within)
    return [f"{v['id']}: {v['help']}" for v in found if v["impact"] in {"serious", "critical"}]


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def _camera(pictures: tuple[bytes, ...], to: Path) -> list[str]:
    if not pictures:
        return []
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film(pictures, to)}",
    ]


@pytest.fixture
def page_errors() -> Iterator[list[str]]:
    """What went wrong on pages; empty at the end."""
    errors: list[str] = []
    yield errors
    assert errors == []


def _watch(page: Page, errors: list[str]) -> Page:
    def note(kind: str, text: str) -> None:
        if kind == "error" and "net::ERR_" not in text:  # a request the story itself cut off
            errors.append(text)

    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: note(message.type, message.text))
    return page


@pytest.fixture
def open_phone(
    page_errors: list[str], live_server: LiveServer, chromium: Chromium, tmp_path: Path
) -> Iterator[OpenPhone]:
    """A phone whose camera sees the given PNGs in turn, or which has none; it fails on any error of a page."""
    with ExitStack() as stack:

        def with_camera(pictures: tuple[bytes, ...]) -> Browser:
            browser = chromium.launch(*_camera(pictures, tmp_path / "camera.mjpeg"))
            stack.callback(browser.close)
            return browser

        def open_page(*pictures: bytes, language: str = "en") -> Page:
            browser = with_camera(pictures) if pictures else chromium.shared
            context = browser.new_context(
                viewport=PHONE,
                locale=language,
                base_url=live_server.url,
                permissions=["camera"] if pictures else [],
            )
            stack.callback(context.close)
            return _watch(context.new_page(), page_errors)

        yield open_page


class Handset:
    """A phone with a memory: it can be switched off, and on again where there is no network."""

    def __init__(self, chromium: Chromium, url: str, folder: Path, errors: list[str]) -> None:
        self._chromium, self._url, self._folder, self._errors = chromium, url, folder, errors
        self._context: BrowserContext | None = None

    @property
    def page(self) -> Page:
        assert self._context is not None
        return self._context.pages[0]

    def start(self, *pictures: bytes, flight_mode: bool = False, language: str = "en") -> Page:
        self.stop()
        self._context = self._chromium.playwright.chromium.launch_persistent_context(
            self._folder,
            executable_path=os.environ["CHROMIUM"],
            args=FLAGS + _camera(pictures, self._folder.with_suffix(".mjpeg")),
            viewport=PHONE,
            locale=language,
            base_url=self._url,
            permissions=["camera"] if pictures else [],
            offline=flight_mode,
        )
        return _watch(self.page, self._errors)

    def stop(self) -> None:
        if self._context is not None:
            self._context.close()
        self._context = None


@pytest.fixture
def cable(live_server: LiveServer) -> Iterator[Cable]:
    cable = Cable(live_server.url)
    yield cable
    cable.pull()


@pytest.fixture
def handset(
    page_errors: list[str], cable: Cable, chromium: Chromium, tmp_path: Path
) -> Iterator[Handset]:
    handset = Handset(chromium, cable.url, tmp_path / "handset", page_errors)
    yield handset
    handset.stop()


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
