"""Starts a shop that is thrown away and has it measured by a process that knows its settings."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bench.database import own_role
from config.launch import chromium
from config.launch.environment import Address
from config.launch.folders import ROOT, RunFolder
from config.launch.interruption import interruptible
from config.launch.lifeline import Lifeline
from config.launch.listening import free_port, listen, port_of
from config.launch.processes import Setting
from config.launch.ready import Died
from config.launch.screen import plain, say
from config.launch.servers import thrown_away
from config.launch.shop import Shop
from config.launch.supervisor import Supervisor

# Thrown away all the same, but as safe as a real one while it runs.
POSTGRES = {
    "shared_preload_libraries": "pg_stat_statements",
    "max_wal_size": "4GB",
}


def main(arguments: list[str]) -> int:
    supervisor = Supervisor(Lifeline())
    with (
        interruptible(),
        tempfile.TemporaryDirectory(prefix="parterre-bench-") as folder,
        thrown_away() as servers,
    ):
        listener = listen("127.0.0.1", 0)
        setting = Setting(
            RunFolder(Path(folder)).make(),
            Address(f"http://localhost:{port_of(listener)}", free_port(), free_port()),
            listener,
            None,
        )
        durable = replace(servers, postgres=replace(servers.postgres, settings=POSTGRES))
        shop = Shop(setting, durable, supervisor)
        try:
            shop.start()
            code = _measure(shop, arguments)
            supervisor.look_after()
        except Died as error:
            plain(f"{error}")
            return 1
        finally:
            supervisor.stop()
            say("stopped")
    return code


def _measure(shop: Shop, arguments: list[str]) -> int:
    variables = dict(shop.environment)
    variables["DATABASE_URL"] = own_role(variables["DATABASE_URL"])
    variables["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs a loop of its own
    variables["CHROMIUM"] = chromium.find_or_install() or ""
    return subprocess.run(
        [sys.executable, "-m", "bench.inside", str(os.getpid()), *arguments],
        env=variables,
        cwd=ROOT,
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
