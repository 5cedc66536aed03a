"""
One of the shop's processes, killed at one mark after the other:
`python -m tests.chaos.marked PROCESS ADDRESS DEATHS MARK...`

MARK is "before:module:function" or "after:module:function", as the caller of the function sees it: the
first time somebody calls it, the process dies by SIGKILL with its children, the file DEATHS grows by a
line, and the process starts again with the next mark. "never" is the plain one. All is imported once.
"""

from __future__ import annotations

import functools
import gc
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import django
from celery.__main__ import main as run_celery
from django.core.management import execute_from_command_line
from django.urls import get_resolver
from gunicorn.app.wsgiapp import run as run_gunicorn  # type: ignore[import-untyped]  # no types are published

from config.celery import celery_app


def die(master: int) -> NoReturn:
    """Also from one of its children; the master first, or it would make a new child."""
    for victim in (master, os.getpid()):
        os.kill(victim, signal.SIGKILL)
    raise SystemExit


def mark(text: str) -> None:
    when, module_name, function = text.split(":")
    module = import_module(module_name)
    real: Callable[..., Any] = getattr(module, function)
    master = os.getpid()

    @functools.wraps(real)
    def deadly(*args: Any, **named: Any) -> Any:
        if when == "before":
            die(master)
        real(*args, **named)
        die(master)

    setattr(module, function, deadly)


def web(address: str) -> None:
    sys.argv = ["gunicorn", "config.wsgi", "-c", "config/gunicorn.py", "-w", "1", "-b", address]
    run_gunicorn()


def worker(_address: str) -> None:
    queues = os.environ.get("QUEUES", "critical,default,bulk")
    alone = ("--without-gossip", "--without-mingle")
    sys.argv = [
        "celery",
        "-A",
        "config",
        "worker",
        "-c",
        "1",
        "-l",
        "warning",
        "-Q",
        queues,
        *alone,
    ]
    run_celery()


def relay(_address: str) -> None:
    execute_from_command_line(["manage.py", "relay_outbox"])


PROCESSES = {"web": web, "worker": worker, "relay": relay}
# What each of them imports when it is called, beside the shop.
LATE = {
    "web": ("gunicorn.glogging", "gunicorn.workers.gthread"),
    "worker": ("celery.bin.celery", "apps.tickets.drawing"),
    "relay": ("apps.outbox.management.commands.relay_outbox",),
}


def main(process: str, address: str, deaths: str, *marks: str) -> int:
    import_all()
    for module in LATE[process]:
        import_module(module)
    gc.freeze()
    signal.signal(signal.SIGTERM, lambda *_: None)  # our child gets it too, and we wait for it
    for text in marks:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            if text != "never":
                mark(text)
            PROCESSES[process](address)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            return 1
        with Path(deaths).open("a") as file:
            file.write(f"{text}\n")
    return 0


def import_all() -> None:
    django.setup()
    celery_app.loader.import_default_modules()
    get_resolver().url_patterns  # noqa: B018 - reading it imports the views


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
