"""The `live` process as it is in production, on the database of the tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from django.db import connection
from pytest_django.fixtures import Settings

START_SECONDS = 40


class LiveProcess:
    def __init__(self, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = str(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self._port}"
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = (sys.executable, "-m", "gunicorn", "config.asgi", "-c", "config/gunicorn_live.py")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                env={**os.environ, "DATABASE_URL": _database(), "PORT": self._port},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        _wait_until_there(self.address, self._process)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None


@pytest.fixture
def live_process(
    tmp_path: Path, settings: Settings, transactional_db: None
) -> Iterator[LiveProcess]:
    """The shop's own port passes /live/ on to it, as in demo mode."""
    process = LiveProcess(tmp_path / "live.log")
    settings.LIVE_URL = process.address
    try:
        process.start()
        yield process
    finally:
        process.stop()


def _database() -> str:
    """Of this test, by the address of the servers it was started with."""
    parts = connection.settings_dict
    user, password = quote(parts["USER"], safe=""), quote(parts["PASSWORD"], safe="")
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    port = f":{parts['PORT']}" if parts["PORT"] else ""
    return f"postgresql://{login}{port}/{parts['NAME']}?host={quote(parts['HOST'])}"


def _wait_until_there(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/elsewhere").status_code == 404:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"the live process did not start: {process.poll()}")
