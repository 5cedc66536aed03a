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


@contextlib.contextmanager
def throw_away_servers(lifeline: Lifeline) -> Iterator[Servers]:
    """Fast and forgetful, in a folder of their own that goes with them."""
    account = server_account()
    # A short path: the socket's must stay below 100 characters, and macOS's own is long.
    folder = Path(tempfile.mkdtemp(prefix="parterre-", dir="/tmp"))
    try:
        make_private(folder, account)
        servers = Servers(
            Postgres(folder, folder, account, {**postgres.THROW_AWAY, "shared_buffers": "64MB"}),
            Valkey(folder, folder, account, valkey.THROW_AWAY),
        )
        with (
            running(lifeline, servers.valkey.job(), servers.valkey.check),
            running(lifeline, servers.postgres.job(remove=folder), servers.postgres.check),
        ):
            yield servers
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
