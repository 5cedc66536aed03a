"""Pytest plugin: `chromium`, one Playwright for all stories of a process, and a browser that they share."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from playwright.sync_api import Browser, Playwright, sync_playwright

# A browser trusts localhost even without HTTPS, as it trusts no other name.
INSECURE_HOST = "door.example"
# Of two such lists Chromium follows the last, so this one says what Playwright's says as well. The two of
# the address bar load a page for it into each new window, which nobody sees in a browser without a head:
# that was two thirds of what a window cost.
OFF = [
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect"),
    *("TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"),
    "PreconnectToSearch",
    "SpareRendererForSitePerProcess",  # a second process for each window, in case it goes elsewhere
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    f"--disable-features={','.join(OFF)}",
    f"--host-resolver-rules=MAP {INSECURE_HOST} 127.0.0.1",
]


class Chromium:
    """To start one takes a second of a processor: what stories open in it are contexts of their own."""

    def __init__(self) -> None:
        self.playwright: Playwright = sync_playwright().start()
        self._loop = asyncio.get_running_loop()
        self._shared: Browser | None = None

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Its loop runs as long as it lives, which only stories with a browser shall notice."""
        asyncio._set_running_loop(self._loop)
        try:
            yield
        finally:
            asyncio._set_running_loop(None)

    def launch(self, *flags: str) -> Browser:
        """One of the caller's own, to be closed by the caller."""
        executable = os.environ["CHROMIUM"]
        return self.playwright.chromium.launch(executable_path=executable, args=[*FLAGS, *flags])

    @property
    def shared(self) -> Browser:
        """Nobody closes it; one that died is replaced."""
        if self._shared is None or not self._shared.is_connected():
            self._shared = self.launch()
        return self._shared


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Chromium]:
    chromium = Chromium()
    asyncio._set_running_loop(None)
    yield chromium
    with chromium.in_use():
        chromium.playwright.stop()


@pytest.fixture
def chromium(request: pytest.FixtureRequest) -> Iterator[Chromium]:
    if not os.environ.get("CHROMIUM"):
        pytest.skip("no Chromium: CHROMIUM names none")
    chromium: Chromium = request.getfixturevalue("_chromium")
    with chromium.in_use():
        yield chromium
        # While Playwright runs, the test has a database connection of its own.
        connection.close()
    wait_until_alone()


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
