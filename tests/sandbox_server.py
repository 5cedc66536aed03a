"""Pytest plugin: `sandbox`, our own Stripe and PayPal on a free port, held to the providers'
published shapes in both directions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client
from pytest_django import Settings

from apps.sandbox import commands
from apps.sandbox.http import Json, Request, Response
from apps.sandbox.options import Options
from apps.sandbox.paypal import webhooks
from apps.sandbox.presets import preset
from apps.sandbox.server import Sandbox
from apps.sandbox.stripe import endpoints, events
from tests.specs import validate
from tests.specs.distinct import look_of, look_of_event

# What a browser asks for, beside the API.
PAGES = ("/c/pay/", "/checkoutnow", "/control", "/connect/", "/sandbox", "/favicon.ico")

_without_shape: Counter[str] = Counter()
_held_to_their_shape: set[Hashable] = set()


class SandboxForTests(Sandbox):
    """A sandbox whose every exchange is checked against the shapes when it is stopped, and whose
    webhooks can be handed to a test client one by one."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.exchanges: list[tuple[Request, Response]] = []
        self.observers.append(lambda *exchange: self.exchanges.append(exchange))

    def do(self, command: str, **args: Any) -> Any:
        """A control command, see `apps/sandbox/commands.py`."""
        return commands.run(self.world, command, args)

    def later(self, seconds: float) -> None:
        """What falls due within so many seconds happens now; the clock stays moved."""
        self.do("advance", seconds=seconds)
        self.world.tick()

    def begin_anew(self) -> None:
        """Nothing ever happened there."""
        self.world.store.wipe()
        preset(self.world)
        self.exchanges.clear()

    def check_only_the_last(self, count: int) -> None:
        """Of thousands that are alike, so many exchanges and events are checked when it is stopped."""
        del self.exchanges[:-count]
        for event in self.world.store.newest("event")[count:]:
            self.world.store.delete("event", event["id"])

    def paypal_token(self) -> str:
        options = self.world.options
        answer = httpx.post(
            f"{self.url}/v1/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=(options.paypal_client_id, options.paypal_client_secret),
            trust_env=False,
        )
        return str(answer.json()["access_token"])

    def notices(self, *, type: str = "") -> list[tuple[str, Json]]:  # noqa: A002 - as providers call it
        """Provider and event of everything that happened, oldest first."""
        found = [("stripe", e) for e in self.world.store.oldest("event")]
        found += [("paypal", e) for e in self.world.store.oldest("paypal_event")]
        return [
            (p, e) for p, e in found if not type or type in {e.get("type"), e.get("event_type")}
        ]

    def packed(self, provider: str, event: Json) -> tuple[dict[str, str], bytes]:
        """Headers and body of the webhook for an event, signed now."""
        if provider == "paypal":
            endpoint, pack = self.world.options.paypal_webhook_id, webhooks.pack
        else:
            endpoint = endpoints.CONNECT if event.get("account") else endpoints.PLATFORM
            pack = events.pack
        headers, body = pack(self.world, {"endpoint": endpoint, "event": event["id"]})
        return dict(headers), body

    def send_to(self, client: Client, provider: str, event: Json) -> int:
        """Posts an event, signed now, to the shop through Django's test client."""
        path = f"/webhooks/{provider}/{'connect/' if event.get('account') else ''}"
        headers, body = self.packed(provider, event)
        kind = headers.pop("Content-Type")
        return client.post(path, body, content_type=kind, headers=headers).status_code

    def check_shapes(self) -> None:
        """Of everything exchanged since the last time, and of every event."""
        for request, response in self._taken():
            _check(request, response)
        for provider, event in self.notices():
            _CHECK_EVENT[provider](json.dumps(event).encode())

    def check_looks(self) -> None:
        """As `check_shapes`, for long histories: of what looks alike one, once in a process."""
        for request, response in self._taken():
            look = look_of(request, response)
            if look not in _held_to_their_shape:
                _check(request, response)
                _held_to_their_shape.add(look)
        for provider, event in self.notices():
            look = look_of_event(provider, event)
            if look not in _held_to_their_shape:
                _CHECK_EVENT[provider](json.dumps(event).encode())
                _held_to_their_shape.add(look)

    def _taken(self) -> list[tuple[Request, Response]]:
        exchanges = [each for each in self.exchanges if _has_shape(*each)]
        self.exchanges.clear()
        return exchanges


def _check(request: Request, response: Response) -> None:
    if listed := validate.check_exchange(request, response):
        _without_shape[listed] += 1


_CHECK_EVENT = {"stripe": validate.check_stripe_event, "paypal": validate.check_paypal_event}


def _has_shape(request: Request, response: Response) -> bool:
    page = request.path.startswith(PAGES)
    broken = response.cut or response.halved or response.status >= 500
    return not (page or broken or request.method == "HEAD")


def options_of(settings: Any, ca_file: Path | None = None) -> Options:
    """The shop's own credentials, so that both sides agree; money settles at once."""
    return replace(
        Options(),
        stripe_secret_key=settings.STRIPE_SECRET_KEY,
        stripe_webhook_secret=settings.STRIPE_WEBHOOK_SECRET[0],
        stripe_connect_webhook_secret=settings.STRIPE_CONNECT_WEBHOOK_SECRET[0],
        paypal_client_id=settings.PAYPAL_CLIENT_ID,
        paypal_client_secret=settings.PAYPAL_CLIENT_SECRET,
        paypal_webhook_id=settings.PAYPAL_WEBHOOK_ID,
        settle_seconds=0.0,
        ca_file=ca_file,
    )


@pytest.fixture
def sandbox(settings: Settings, tmp_path: Path) -> Iterator[SandboxForTests]:
    """The shop's settings point at it. Nothing is sent anywhere until a test says
    `sandbox.do("send_webhooks_to", origin=live_server.url)`."""
    ca_file = tmp_path / "sandbox-ca.pem"
    running = SandboxForTests(options_of(settings, ca_file))
    settings.STRIPE_API_BASE = settings.PAYPAL_API_BASE = settings.SANDBOX_URL = running.url
    settings.OUTBOUND_ALLOWLIST = [running.url]
    settings.PAYPAL_CERT_CA_FILE = str(ca_file)
    running.start()
    yield running
    try:
        running.check_shapes()
    finally:
        running.stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _without_shape:
        terminalreporter.write_sep("-", "calls without a published shape")
        for call, times in sorted(_without_shape.items()):
            terminalreporter.write_line(f"{call} ({times})")
