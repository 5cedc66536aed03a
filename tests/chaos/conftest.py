"""Real processes on the test's own database, with a Valkey and a sandbox of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connection
from django.utils.timezone import now
from pytest_django import Settings

from apps.demo.journey.browser import Browser
from apps.outbox.models import Delivery, DeliveryState
from config.launch.folders import ROOT
from config.launch.lifeline import Job, Lifeline
from config.launch.listening import free_port
from config.launch.servers import Servers, running, thrown_away
from tests.buying import Shop, open_shop
from tests.sandbox_server import SandboxForTests

PATIENCE_SECONDS = 60.0


@dataclass
class Machine:
    """Where the shop's processes run. One that is started again under a name replaces the old one."""

    environment: dict[str, str]
    logs: Path
    servers: Servers
    lifeline: Lifeline = field(default_factory=Lifeline)
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, process: str, *marks: str) -> None:
        """It is killed at each of the marks in turn, and then lives."""
        self.stop(process)
        address = f"127.0.0.1:{self.port}"
        deaths = self._deaths(process)
        deaths.unlink(missing_ok=True)
        entry = [sys.executable, "-m", "tests.chaos.marked", process, address, str(deaths)]
        log = self.logs / f"{process}.log"
        job = Job(process, [*entry, *marks, "never"], log, self.environment, grace=2)
        self.processes[process] = self.lifeline.start(job)

    def stop(self, process: str) -> None:
        if running_one := self.processes.pop(process, None):
            running_one.terminate()
            running_one.wait()

    def wait_until_killed(
        self, process: str, mark: str, *, seconds: float = PATIENCE_SECONDS
    ) -> None:
        """At that mark, and before at all the marks that stood before it."""
        file = self._deaths(process)
        died = f"{process} dies {mark}"
        wait_for(died, lambda: file.exists() and mark in file.read_text(), seconds=seconds)

    def _deaths(self, process: str) -> Path:
        return self.logs / f"{process}.deaths"

    def wait_until_up(self) -> None:
        wait_for("web answers", self._answers)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.origin}/healthz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


def wait_for(what: str, happened: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.1)


def leases_lapse() -> None:
    """A minute passes for what was leased by somebody who died."""
    leased = Delivery.objects.filter(state=DeliveryState.LEASED)
    leased.update(due_at=now() - timedelta(seconds=1))


@pytest.fixture
def shop(transactional_db: None, sandbox: SandboxForTests) -> Shop:
    return open_shop(sandbox)


@pytest.fixture
def machine(shop: Shop, settings: Settings, tmp_path: Path) -> Iterator[Machine]:
    with ExitStack() as stack:
        servers = stack.enter_context(thrown_away())
        lifeline = Lifeline()
        stack.enter_context(running(lifeline, servers.valkey.job(), servers.valkey.check))
        machine = Machine(_environment(settings, servers), tmp_path, servers, lifeline)
        settings.PUBLIC_URL = machine.environment["PUBLIC_URL"] = machine.origin
        yield machine
        for process in list(machine.processes):
            machine.stop(process)


@pytest.fixture
def visitor(machine: Machine) -> Iterator[Browser]:
    opened = Browser(machine.origin)
    with opened.client:
        yield opened


def _environment(settings: Settings, servers: Servers) -> dict[str, str]:
    database = connection.settings_dict
    names = ("STRIPE_API_BASE", "PAYPAL_API_BASE", "SANDBOX_URL", "PAYPAL_CERT_CA_FILE")
    return {
        **{name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"},
        **{name: getattr(settings, name) for name in names},
        "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
        "REDIS_URL": servers.valkey.url,
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "PAYPAL_CERT_HOSTS": "127.0.0.1",
        "PYTHONPATH": str(ROOT),
    }
