"""The processes of the shop: one table."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.launch.environment import Address
from config.launch.folders import RunFolder

PYTHON = sys.executable
GUNICORN = (PYTHON, "-m", "gunicorn", "config.wsgi", "-c", "config/gunicorn.py")
CELERY = (PYTHON, "-m", "celery", "-A", "config")
MANAGE = (PYTHON, "manage.py")
QUEUES = "critical,default,bulk"


@dataclass(frozen=True)
class Certificate:
    """
    :param authority: what a browser has to trust.
    """

    public: Path
    private: Path
    authority: Path


@dataclass(frozen=True)
class Setting:
    """
    :param listener: where visitors come in; the web process inherits it.
    """

    run: RunFolder
    address: Address
    listener: socket.socket
    certificate: Certificate | None


@dataclass(frozen=True)
class Process:
    name: str
    command: Callable[[Setting], tuple[str, ...]]
    grace: float = 3


def web(setting: Setting) -> tuple[str, ...]:
    command = (
        *GUNICORN,
        "-b",
        f"fd://{setting.listener.fileno()}",
        "-w",
        "2",
        "--log-level",
        "warning",
    )
    if setting.certificate is None:
        return command
    files = setting.certificate
    return (*command, "--certfile", str(files.public), "--keyfile", str(files.private))


def worker(_setting: Setting) -> tuple[str, ...]:
    alone = ("--without-gossip", "--without-mingle")
    return (*CELERY, "worker", "-c", "2", "-Q", QUEUES, "-l", "warning", *alone)


def beat(setting: Setting) -> tuple[str, ...]:
    return (*CELERY, "beat", "-l", "warning", "-s", str(setting.run.root / "beat"), "--pidfile=")


def relay(_setting: Setting) -> tuple[str, ...]:
    return (*MANAGE, "relay_outbox")


def live(setting: Setting) -> tuple[str, ...]:
    server = (PYTHON, "-m", "gunicorn", "config.asgi", "-c", "config/gunicorn_live.py")
    return (*server, "-b", f"127.0.0.1:{setting.address.live_port}", "--log-level", "warning")


def sandbox(setting: Setting) -> tuple[str, ...]:
    trust = ("--webhooks-ca", str(setting.certificate.authority)) if setting.certificate else ()
    return (
        *(*MANAGE, "run_sandbox", "--port", str(setting.address.sandbox_port)),
        *("--public-url", f"{setting.address.public}/sandbox"),
        *("--webhooks", setting.address.public, *trust),
        *("--state", str(setting.run.sandbox)),
        *("--ca-file", str(setting.run.sandbox / "ca.pem")),
    )


SANDBOX = Process("sandbox", sandbox)
WEB = Process("web", web)
BEHIND = (
    Process("relay", relay),
    Process("worker", worker, grace=5),
    Process("beat", beat),
    Process("live", live),
)
