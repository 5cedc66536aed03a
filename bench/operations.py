"""What people and programs do, one HTTP request each."""

from __future__ import annotations

import json
import random
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.timezone import now

from bench.load import Operation
from bench.visitors import Visitor
from bench.world import Show

# Below the limits per minute and address: 30 selections, 300 calls of the API.
SELECTIONS_PER_ADDRESS, CALLS_PER_ADDRESS = 25, 250
PAGES_PER_ADDRESS = 100_000
SCANS_PER_DEVICE = 4  # below five a second, whatever the speed

_BROWSER = {"Accept": "text/html", "Accept-Encoding": "gzip", "Accept-Language": "de"}
_FORM = {
    **_BROWSER,
    "Sec-Fetch-Site": "same-origin",
    "Content-Type": "application/x-www-form-urlencoded",
}


def event_page(origin: str, show: Show) -> Callable[[], Operation]:
    def client() -> Operation:
        visitor = Visitor(origin, PAGES_PER_ADDRESS)

        def look() -> None:
            visitor.get(f"/events/{show.event.slug}/", _BROWSER)

        return look

    return client


def place_by_form(origin: str, shows: Sequence[Show], heads: int) -> Callable[[], Operation]:
    """Each time another browser, at one of the shows and variants by chance."""

    def client() -> Operation:
        visitor = Visitor(origin, 2 * SELECTIONS_PER_ADDRESS)  # each is two calls

        def place() -> None:
            show = random.choice(shows)
            form = urlencode({f"heads-{random.choice(show.variants)}": heads})
            address = f"/events/{show.event.slug}/orders/"
            visitor.send_as_new_browser(address, form.encode(), _FORM, "/checkout/")

        return place

    return client


def place_by_api(
    origin: str, shows: Sequence[Show], heads: int, key: str
) -> Callable[[], Operation]:
    def client() -> Operation:
        visitor = Visitor(origin, CALLS_PER_ADDRESS)

        def place() -> None:
            show = random.choice(shows)
            order = {
                "event": show.event.slug,
                "lines": [{"variant": random.choice(show.variants), "quantity": heads}],
                "email": "mira@besuch.example",
                "name": "Mira Sandberg",
            }
            headers = {**_program(key), "Idempotency-Key": uuid.uuid4().hex}
            visitor.post("/api/v1/orders", json.dumps(order).encode(), headers, 201)

        return place

    return client


@dataclass
class Door:
    """The codes still to be scanned, each once."""

    show: Show
    codes: Iterator[str]
    _taking: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> str:
        with self._taking:
            return next(self.codes)


def scan(origin: str, door: Door, key: str) -> Callable[[], Operation]:
    def client() -> Operation:
        visitor, device, done = Visitor(origin, CALLS_PER_ADDRESS), uuid.uuid4().hex, 0

        def look() -> None:
            nonlocal device, done
            done += 1
            if done % SCANS_PER_DEVICE == 0:
                device = uuid.uuid4().hex
            attempt = {
                "token": door.next(),
                "gate": door.show.gate,
                "scan_id": str(uuid.uuid4()),
                "scanned_at": now().isoformat(),
                "device": device,
            }
            body = json.dumps(attempt).encode()
            answer = visitor.post("/api/v1/checkin/scans", body, _program(key), 200)
            assert json.loads(answer)["verdict"] == "admitted", answer

        return look

    return client


def _program(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
