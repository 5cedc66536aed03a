"""Phones at a door as people have them: Chromium with a memory on disk, and a film for a camera."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.fake_camera import film

PATIENCE_MS = 120_000
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
# A frame was drawn when a message sent from within it arrives.
PAINTED = """() => new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
}))"""


def browser() -> str:
    """Where Chromium is, "" where there is none."""
    return os.environ.get("CHROMIUM", "")


class Phone:
    """One browser with its own storage and the door's page in it."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self._context, self._origin = context, origin
        self.page: Page = context.pages[0]
        self.page.set_default_timeout(PATIENCE_MS)
        self._devtools = context.new_cdp_session(self.page)

    def pair(self, code: str) -> None:
        """With its tickets, and ready for flight mode."""
        self.page.goto(f"{self._origin}/door/#{code}")
        self._says("#net", "Online")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")

    def lose_the_network(self) -> None:
        """And start again without one: the page comes from the phone itself."""
        self._context.set_offline(True)
        self.page.goto(f"{self._origin}/door/")
        self._says("#net", "Offline")

    def find_the_network(self) -> None:
        """Until everything is uploaded."""
        self._context.set_offline(False)
        self._says("#net", "Online")
        self._says("#queue", "0 to upload")

    def slow_down(self, times: int) -> None:
        self._devtools.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def heap_mb(self) -> float:
        """Of the page, after what nobody needs is thrown away."""
        self._devtools.send("HeapProfiler.collectGarbage")
        used: float = self._devtools.send("Runtime.getHeapUsage")["usedSize"]
        return used / 1e6

    def _says(self, where: str, text: str) -> None:
        told = "([where, text]) => document.querySelector(where)?.textContent === text"
        self.page.wait_for_function(told, arg=[where, text])


@contextmanager
def chromium() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def phones(
    playwright: Playwright, origin: str, count: int, pictures: Sequence[bytes] = ()
) -> Iterator[list[Phone]]:
    """pictures: PNGs that the cameras see in turn; none: no camera."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parterre-phones-")))
        options: dict[str, Any] = {"args": [*_FLAGS]}
        if pictures:
            seen = film(pictures, folder / "camera.mjpeg")
            options["args"] += [*_CAMERA, f"--use-file-for-fake-video-capture={seen}"]
            options["permissions"] = ["camera"]
        made = []
        for number in range(count):
            context = playwright.chromium.launch_persistent_context(
                folder / f"phone-{number}",
                executable_path=browser(),
                viewport={"width": 360, "height": 640},
                locale="en",
                **options,
            )
            stack.callback(context.close)
            made.append(Phone(context, origin))
        yield made
