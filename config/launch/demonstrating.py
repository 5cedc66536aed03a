"""`make demo`: a shop of its own on a free port, and `manage.py demo` that plays the main job on it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config.launch.environment import Address
from config.launch.folders import ROOT, RunFolder
from config.launch.interruption import interruptible
from config.launch.lifeline import Lifeline
from config.launch.listening import free_port, listen, port_of
from config.launch.processes import MANAGE, Setting
from config.launch.ready import Died
from config.launch.screen import plain, say
from config.launch.servers import thrown_away
from config.launch.shop import Shop
from config.launch.supervisor import Supervisor


def main(arguments: list[str]) -> int:
    """The exit code of `manage.py demo`."""
    supervisor = Supervisor(Lifeline())
    with interruptible(), _run_folder() as run, thrown_away() as servers:
        listener = listen("127.0.0.1", 0)
        address = Address(f"http://localhost:{port_of(listener)}", free_port(), free_port())
        shop = Shop(Setting(run, address, listener, None), servers, supervisor)
        try:
            shop.start()
            code = subprocess.run(
                [*MANAGE, "demo", *arguments], env=shop.environment, cwd=ROOT, check=False
            ).returncode
            supervisor.look_after()
        except Died as error:
            plain(f"{error}")
            code = 1
        finally:
            supervisor.stop()
        if code != 0:
            kept = ROOT / ".run" / "logs-of-demo"
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(run.logs, kept)
            say(f"logs are in {kept}")
    return code


@contextlib.contextmanager
def _run_folder() -> Iterator[RunFolder]:
    with tempfile.TemporaryDirectory(prefix="parterre-demo-") as folder:
        yield RunFolder(Path(folder)).make()
