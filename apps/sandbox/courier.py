from __future__ import annotations

import heapq
import ssl
import time
from collections.abc import Callable, Mapping
from functools import cache
from threading import Condition, Thread

import httpx

from apps.sandbox.http import Json
from apps.sandbox.world import World

TRIES_MAX = 25
BACKOFF_SECONDS_MAX = 60.0
TIMEOUT_SECONDS = 10.0
TICK_SECONDS = 0.25

# provider → (world, delivery) → headers and body, signed now
Packer = Callable[[World, Json], tuple[Mapping[str, str], bytes]]


class Courier:
    """One thread that sends webhooks when they are due, again after a non-2xx answer, and lets
    the world's jobs run between two requests."""

    def __init__(self, world: World, packers: Mapping[str, Packer]) -> None:
        self._world = world
        self._packers = packers
        self._due: list[tuple[float, int, str]] = []  # monotonic time, order of arrival, delivery
        self._count = 0
        self._wake = Condition()
        self._stopping = False
        self._client = httpx.Client(
            timeout=TIMEOUT_SECONDS, trust_env=False, verify=_trusting(world.options.webhooks_ca)
        )
        self._thread = Thread(target=self._run, name="sandbox-courier", daemon=True)

    def start(self) -> None:
        left_over = self._world.store.oldest("delivery", state="pending")
        self.add([each["id"] for each in left_over])
        self._world.on_deliveries = self.add
        self._thread.start()

    def stop(self) -> None:
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join()
        self._client.close()

    def add(self, ids: list[str]) -> None:
        for key in ids:
            delivery = self._world.store.get("delivery", key)
            if delivery is not None:
                self._push(key, float(delivery["wait"]))

    def _push(self, key: str, wait: float) -> None:
        with self._wake:
            self._count += 1
            heapq.heappush(self._due, (time.monotonic() + wait, self._count, key))
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                if not self._stopping and not self._ready():
                    self._wake.wait(self._pause())
                if self._stopping:
                    return
                key = heapq.heappop(self._due)[2] if self._ready() else None
            if key is None:
                self._world.tick()
            else:
                self._send(key)

    def _ready(self) -> bool:
        return bool(self._due) and self._due[0][0] <= time.monotonic()

    def _pause(self) -> float:
        next_due = self._due[0][0] - time.monotonic() if self._due else TICK_SECONDS
        return max(min(next_due, TICK_SECONDS), 0.0)

    def _send(self, key: str) -> None:
        delivery = self._world.store.get("delivery", key)
        if delivery is None or delivery["state"] != "pending":
            return
        headers, body = self._packers[delivery["provider"]](self._world, delivery)
        answer = self._post(delivery["url"], headers, body)
        with self._world.store.transaction():
            delivery = self._world.store.get("delivery", key)
            if delivery is None:
                return
            delivery["tries"] += 1
            delivery["answers"].append(answer)
            if answer.isdigit() and 200 <= int(answer) < 300:
                delivery["state"] = "delivered"
            elif delivery["tries"] >= TRIES_MAX:
                delivery["state"] = "failed"
            self._world.store.put("delivery", key, delivery)
        if delivery["state"] == "pending":
            self._push(key, min(2.0 ** (delivery["tries"] - 1), BACKOFF_SECONDS_MAX))

    def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> str:
        try:
            return str(self._client.post(url, headers=dict(headers), content=body).status_code)
        except httpx.HTTPError as error:
            return type(error).__name__


@cache
def _trusting(authority: str | None) -> ssl.SSLContext:
    """Kept: to read the machine's own authorities takes longer than to start a sandbox."""
    return ssl.create_default_context(cafile=authority)
