from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.launch.folders import SOCKET_NAME, Occupied, RunFolder
from config.launch.lifeline import Lifeline
from config.launch.ready import Died
from config.launch.servers import Servers, kept_servers, running, throw_away_servers, thrown_away


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunFolder]:
    # So deep that a socket inside would have too long a path.
    folder = RunFolder(tmp_path / ("deep" * 20) / ".run").make()
    yield folder
    folder.remove()


def ask(servers: Servers, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(servers.postgres.url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_two_at_once_do_not_meet_and_leave_nothing() -> None:
    lifeline = Lifeline()
    with throw_away_servers(lifeline) as one, throw_away_servers(lifeline) as other:
        ask(one, "CREATE TABLE mine ()")
        assert ask(other, "SELECT to_regclass('mine')") == [(None,)]
        assert ask(one, "SHOW fsync") == [("off",)]
        folders = [one.postgres.folder, other.postgres.folder]
        assert all(folder.exists() for folder in folders)
    assert not any(folder.exists() for folder in folders)


def test_data_survives_a_crash_and_a_stale_pid_file(run: RunFolder) -> None:
    lifeline = Lifeline()
    servers = kept_servers(run)
    postgres = servers.postgres
    assert len(str(postgres.sockets / SOCKET_NAME)) < 100
    with running(lifeline, postgres.job(), postgres.check):
        assert ask(servers, "SHOW fsync") == [("on",)]
        ask(servers, "CREATE TABLE kept AS SELECT 42 AS answer")
        pid_file = postgres.data / "postmaster.pid"
        pid = int(pid_file.read_text().split()[0])
        left_behind = pid_file.read_text()
        subprocess.run(["kill", f"-{signal.SIGKILL.value}", str(pid)], check=True)
    # As after a power cut: the file is there, and its number now belongs to somebody else.
    pid_file.write_text(left_behind.replace(str(pid), "1", 1))
    again = kept_servers(run)
    with running(lifeline, again.postgres.job(), again.postgres.check):
        assert ask(again, "SELECT answer FROM kept") == [(42,)]


def test_an_orphan_of_ours_is_stopped_first(run: RunFolder) -> None:
    orphan, ours = Lifeline(), Lifeline()
    servers = kept_servers(run)
    with running(orphan, servers.postgres.job(), servers.postgres.check):
        ask(servers, "CREATE TABLE kept AS SELECT 1 AS answer")
        with running(ours, servers.postgres.job(), servers.postgres.check):
            assert ask(servers, "SELECT answer FROM kept") == [(1,)]


def test_valkey_answers_and_keeps(run: RunFolder) -> None:
    valkey = kept_servers(run).valkey

    def send(command: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(valkey.socket))
            connection.sendall(command + b"\r\n")
            return connection.recv(100)

    for command, answer in ((b"SET a 1", b"+OK\r\n"), (b"GET a", b"$1\r\n1\r\n")):
        with running(Lifeline(), valkey.job(), valkey.check):
            assert send(command) == answer


def test_a_checkout_runs_once(run: RunFolder) -> None:
    run.occupy()
    with pytest.raises(Occupied, match="already runs"):
        run.occupy()


def test_a_start_that_fails_leaves_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Died, match="initdb"), thrown_away() as servers:  # noqa: PT012 - it dies on the way in
        folder = servers.postgres.folder
        monkeypatch.setenv("LC_ALL", "no_SUCH")
        (folder / "postgres.partial").write_text("in the way")
        servers.postgres.job()
    assert not folder.exists()
