from __future__ import annotations

import re
import socket
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.launch.lifeline import Job, Lifeline
from config.launch.listening import Unavailable, listen, port_of
from config.launch.running import main

# A web process that takes its time, and inherits the socket.
SERVER = """
import http.server, socket, sys, time
time.sleep(1)
listener = socket.socket(fileno=int(sys.argv[1]))
server = http.server.HTTPServer(("", 0), http.server.SimpleHTTPRequestHandler, False)
server.socket = listener
server.server_name, server.server_port = "localhost", 0
server.handle_request()
"""


@pytest.fixture
def taken() -> Iterator[int]:
    with listen("127.0.0.1", 0) as listener:
        yield port_of(listener)


def test_who_comes_too_early_waits(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as listener:
        command = [sys.executable, "-c", SERVER, str(listener.fileno())]
        job = Job("web", command, tmp_path / "log", descriptors=(listener.fileno(),))
        process = Lifeline().start(job)
        with urllib.request.urlopen(f"http://127.0.0.1:{port_of(listener)}/") as answer:
            assert answer.status == 200
        assert process.wait(10) == 0


def test_a_port_is_had_once_and_another_one_is_named(taken: int) -> None:
    with pytest.raises(Unavailable) as refused:
        listen("127.0.0.1", taken)
    said = re.fullmatch(r"Port (\d+) is taken; try make run PORT=(\d+)", str(refused.value))
    assert said
    assert int(said[1]) == taken
    listen("127.0.0.1", int(said[2])).close()


def test_a_port_for_root_only_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    create = socket.create_server

    def as_nobody(address: tuple[str, int], backlog: int) -> socket.socket:
        if address[1] < 1024:
            raise PermissionError(13, "Permission denied")
        return create(address, backlog=backlog)

    monkeypatch.setattr(socket, "create_server", as_nobody)
    with pytest.raises(Unavailable, match="Port 80 is for root only; try make run PORT="):
        listen("127.0.0.1", 80)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", ""])
def test_what_is_no_port_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([f"--port={text}"])
    assert "PORT is a number from 1 to 65535" in capsys.readouterr().err
