"""Calls of a paired phone, as it sends them."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from apps.checkin.models import Device
from apps.tickets.models import Ticket
from apps.tickets.tokens import token

MARCH = 1_772_366_400_000  # 1 March 2026, noon UTC, in ms


@dataclass
class Phone:
    device: Device
    key: str
    client: Client = field(default_factory=Client)
    log: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.generic(
            method,
            f"/api/v1/checkin/{path}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Device {self.key}", **headers},
        )

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self.call("POST", path, body)

    def scan(self, ticket: Ticket, **changes: Any) -> Any:
        body = {
            "token": token(ticket),
            "gate": None,
            "scan_id": str(uuid.uuid4()),
            "scanned_at": MARCH,
        }
        return self.post("scans", body | changes)

    def writes(self, kind: str, **said: Any) -> str:
        """Appends an entry to its log; the text."""
        entry = {
            "v": 1,
            "seq": len(self.log) + 1,
            "prev": hash_of(self.log[-1]) if self.log else "0" * 64,
            "id": str(uuid.uuid4()),
            "kind": kind,
            "at": MARCH + 1000 * len(self.log),
            "offset": 0,
            "within": 20,
            "gate": None,
            "direction": "in",
            "mode": "door",
        }
        self.log.append(json.dumps(entry | said))
        return self.log[-1]

    def admits(self, ticket: Ticket, **said: Any) -> str:
        """By itself, offline."""
        by_phone = {
            "code": token(ticket),
            "ticket": ticket.reference,
            "verdict": "admitted",
            "reason": "",
            "by": "phone",
            "instead_of": None,
        }
        return self.writes("scan", **(by_phone | said))

    def uploads(self, *texts: str) -> Any:
        return self.post("log", {"entries": list(texts or self.log)})


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
