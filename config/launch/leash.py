"""
Runs one command for as long as the launcher lives: `leash.py '{"lifeline": 5, "command": [...], ...}'`.

The launcher alone holds the writing end of a pipe; its end of file, however the launcher died, stops the
command with everything in its process group. A file of its own, standard library only: it starts fast.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from typing import Any


def main(order: dict[str, Any]) -> int:
    """
    :param order: lifeline (descriptor), command, descriptors (that it inherits), stop (signal), grace (seconds
        until the kill), user (uid and gid, or null), remove (a folder to delete after an end of file, or null).
    """
    news, wake = os.pipe()
    for end in (news, wake):
        os.set_blocking(end, False)
    # Handled rather than ignored: the command would inherit an ignored signal.
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(wake)
    child = start(order)
    alone = False
    while child.poll() is None:
        ready, _, _ = select.select([order["lifeline"], news], [], [])
        alone = order["lifeline"] in ready
        if alone or signal.SIGTERM in os.read(news, 512):
            stop(child, order["stop"], order["grace"])
    kill_group(child)
    if alone and order["remove"]:
        shutil.rmtree(order["remove"], ignore_errors=True)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def start(order: dict[str, Any]) -> subprocess.Popen[bytes]:
    account: dict[str, Any] = {}
    if order["user"]:
        uid, gid = order["user"]
        account = {"user": uid, "group": gid, "extra_groups": [], "cwd": "/"}
    return subprocess.Popen(
        order["command"], pass_fds=order["descriptors"], start_new_session=True, **account
    )


def stop(child: subprocess.Popen[bytes], number: int, grace: float) -> None:
    deadline = time.monotonic() + grace
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)
    try:
        child.wait(deadline - time.monotonic())
    except subprocess.TimeoutExpired:
        kill_group(child)
        child.wait()


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """Also what the command left behind. macOS answers EPERM for a group of zombies."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
