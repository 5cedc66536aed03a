"""What paired phones do at a door."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.timezone import now

from apps.checkin.devices import hash_of, new_secret
from apps.checkin.models import Device
from bench.load import Operation
from bench.operations import CALLS_PER_ADDRESS, SCANS_PER_DEVICE, Door
from bench.visitors import Visitor
from bench.world import Show

BATCH = 500  # entries of one upload


@dataclass(frozen=True, slots=True)
class Phone:
    """Its key, and its id in traces."""

    pk: int
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Device {self.key}", "Content-Type": "application/json"}


def make_phones(show: Show, count: int) -> Iterator[Phone]:
    """Rows only: pairing them is not what is measured."""
    keys = [new_secret() for _ in range(count)]
    made = Device.objects.bulk_create(
        Device(
            event=show.event,
            gate_id=show.gate,
            name=f"phone {number}",
            secret_hash=hash_of(key),
            paired_at=now(),
            paired_by="bench",
        )
        for number, key in enumerate(keys)
    )
    return iter([Phone(device.pk, key) for device, key in zip(made, keys, strict=True)])


def scan(origin: str, door: Door, phones: Iterator[Phone]) -> Callable[[], Operation]:
    """Another phone before the limit of a second is reached."""

    def client() -> Operation:
        visitor, turns = Visitor(origin, CALLS_PER_ADDRESS), itertools.count()
        phone = next(phones)

        def look() -> None:
            nonlocal phone
            if next(turns) % SCANS_PER_DEVICE == 0:
                phone = next(phones)
            attempt = {
                "token": door.next(),
                "gate": door.show.gate,
                "scan_id": str(uuid.uuid4()),
                "scanned_at": now().isoformat(),
            }
            body = json.dumps(attempt).encode()
            answer = visitor.post("/api/v1/checkin/scans", body, phone.headers, 200)
            assert json.loads(answer)["verdict"] == "admitted", answer

        return look

    return client


def load_snapshot(
    origin: str, phones: Iterator[Phone], sizes: list[int]
) -> Callable[[], Operation]:
    """All tickets of the event, as a phone just paired; sizes: bytes over the wire are put there."""

    def client() -> Operation:
        visitor = Visitor(origin, CALLS_PER_ADDRESS)

        def load() -> None:
            phone, size = next(phones), 0
            after: str | None = ""
            while after is not None:
                path = f"/api/v1/checkin/tickets?after={after}"
                content = visitor.get(path, {**phone.headers, "Accept-Encoding": "gzip"})
                size += len(content)
                after = json.loads(gzip.decompress(content))["next"]
            sizes.append(size)

        return load

    return client


def upload(origin: str, door: Door, phones: Iterator[Phone]) -> Callable[[], Operation]:
    """A phone that was offline brings admissions it decided by itself, each with its signed code."""

    def client() -> Operation:
        visitor, phone = Visitor(origin, CALLS_PER_ADDRESS), next(phones)
        seq, prev = 0, "0" * 64

        def bring() -> None:
            nonlocal seq, prev
            texts = []
            for _ in range(BATCH):
                seq += 1
                texts.append(_entry(seq, prev, door))
                prev = hashlib.sha256(texts[-1].encode()).hexdigest()
            body = json.dumps({"entries": texts}).encode()
            answer = visitor.post("/api/v1/checkin/log", body, phone.headers, 200)
            assert json.loads(answer)["head"] == seq, answer

        return bring

    return client


def _entry(seq: int, prev: str, door: Door) -> str:
    said = {
        "v": 1,
        "seq": seq,
        "prev": prev,
        "id": str(uuid.uuid4()),
        "kind": "scan",
        "at": int(now().timestamp() * 1000),
        "offset": 0,
        "within": 20,
        "gate": door.show.gate,
        "direction": "in",
        "mode": "door",
        "code": door.next(),
        "ticket": None,
        "verdict": "admitted",
        "reason": "",
        "by": "phone",
    }
    return json.dumps(said)
