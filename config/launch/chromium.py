"""The browser of the tests: Debian's, since the tests must not fetch one from elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess

from config.launch.screen import plain, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_or_install() -> str | None:
    """Its path; None when there is none and it cannot be installed, which is then said loudly."""
    found = _find()
    if found:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing chromium")
        _apt("update")
        _apt("install", "-y", "--no-install-recommends", "chromium")
        found = _find()
        if found:
            return found
        reason = "apt-get could not install it (see above)"
    else:
        reason = "only root on Debian can have it installed here; install chromium yourself"
    plain("!" * 78)
    plain(f"!! No Chromium: every browser test will be SKIPPED. {reason}.")
    plain("!" * 78)
    return None


def _find() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


def _apt(*arguments: str) -> None:
    subprocess.run(
        ["apt-get", "-q", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.DEVNULL,
        check=False,
    )
