"""PostgreSQL and Valkey together: for keeps under a checkout, or thrown away after use."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from config.launch import postgres, valkey
from config.launch.account import make_private, server_account
from config.launch.folders import RunFolder
from config.launch.lifeline import Job, Lifeline
from config.launch.postgres import Postgres
from config.launch.ready import wait_until_ready
from config.launch.valkey import Valkey


@dataclass(frozen=True)
class Servers:
    postgres: Postgres
    valkey: Valkey

    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.valkey.url}


def kept_servers(run: RunFolder) -> Servers:
    """On the data of earlier starts; the caller has occupied the folder."""
    account = server_account()
    folder, sockets = run.servers(account), run.sockets(account)
    return Servers(
        Postgres(folder, sockets, run.logs / "postgres.log", account, {}),
        Valkey(folder, sockets, run.logs / "valkey.log", account, valkey.PERSISTENT),
    )


@contextlib.contextmanager
def throw_away_servers(lifeline: Lifeline) -> Iterator[Servers]:
    """Running ones."""
    with (
        thrown_away() as servers,
        running(lifeline, servers.valkey.job(), servers.valkey.check),
        running(lifeline, servers.postgres.job(), servers.postgres.check),
    ):
        yield servers


@contextlib.contextmanager
def thrown_away() -> Iterator[Servers]:
    """Fast and forgetful, not started yet, in a folder of their own that goes with them."""
    account = server_account()
    # A short path: the socket's must stay below 100 characters, and macOS's own is long.
    folder = Path(tempfile.mkdtemp(prefix="parterre-", dir="/tmp"))
    try:
        make_private(folder, account)
        logs = (folder / "postgres.log", folder / "valkey.log")
        yield Servers(
            Postgres(folder, folder, logs[0], account, postgres.THROW_AWAY, remove=folder),
            Valkey(folder, folder, logs[1], account, valkey.THROW_AWAY),
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(lifeline: Lifeline, job: Job, check: Callable[[], None]) -> Iterator[None]:
    process = lifeline.start(job)
    try:
        wait_until_ready(job.name, check, process)
        yield
    finally:
        process.terminate()
        process.wait()
