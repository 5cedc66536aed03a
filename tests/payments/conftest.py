"""A provider at the edge: a local HTTP server that answers what a story tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import LazySettings

from apps.core.money import Money
from apps.payments.gateways.base import Checkout, Line
from apps.payments.gateways.paypal.client import _tokens

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CHECKOUT = Checkout(
    reference="PAY1",
    invoice="ORD1-1",
    total=Money(3998, "EUR"),
    lines=(Line("Parkett", Money(1999, "EUR"), 2),),
    email="ada@example.org",
    locale="de",
    description="2 x Parkett",
    return_url="https://shop.example/orders/ORD1/return/",
    cancel_url="https://shop.example/orders/ORD1/",
    pay_by=AT + timedelta(minutes=15),
)
CUT = object()  # close the connection without an answer


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Provider:
    """Answers in the order they were told, the last one for ever."""

    url: str = ""
    script: list[tuple[int, dict[str, str], Any, float]] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def answers(
        self, status: int, body: Any, headers: dict[str, str] | None = None, after: float = 0
    ) -> Provider:
        self.script.append((status, headers or {}, body, after))
        return self

    def cuts(self) -> Provider:
        self.script.append((0, {}, CUT, 0))
        return self

    def next(self, request: Seen) -> tuple[int, dict[str, str], Any, float]:
        self.seen.append(request)
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@pytest.fixture
def provider(settings: LazySettings) -> Iterator[Provider]:
    here = Provider()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, extra, answer, after = here.next(Seen(self.command, self.path, headers, body))
            time.sleep(after)
            if answer is CUT:
                self.close_connection = True
                return
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **extra}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815  (the name http.server looks for)

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    here.url = f"http://127.0.0.1:{server.server_port}"
    settings.OUTBOUND_ALLOWLIST = [here.url]
    settings.STRIPE_API_BASE = settings.PAYPAL_API_BASE = here.url
    yield here
    server.shutdown()
    server.server_close()


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.payments.gateways.retrying.PAUSE_SECONDS", 0)
    monkeypatch.setattr(
        "apps.payments.gateways.errors.Throttled.PATIENCE_SECONDS", -1
    )  # told, not waited for


TOKEN = {"access_token": "A21-secret", "token_type": "Bearer", "expires_in": 32400}


@pytest.fixture(autouse=True)
def fresh_token() -> Iterator[None]:
    _tokens.drop()
    yield
    _tokens.drop()


@pytest.fixture
def paypal_answers(provider: Provider) -> Provider:
    return provider.answers(200, TOKEN)
