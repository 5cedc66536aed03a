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


@pytest.fixture
def live_process(tmp_path: Path, settings: Settings, transactional_db: None) -> Iterator[str]:
    """Its address; the shop's own port passes /live/ on to it, as in demo mode."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    settings.LIVE_URL = address
    with (tmp_path / "live.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "config.asgi", "-c", "config/gunicorn_live.py"],
            env={**os.environ, "DATABASE_URL": _database(), "PORT": str(port)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_there(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(20)


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
