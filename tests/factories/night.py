"""A night at a door: phones with logs of their own, tickets that go in and out, on and off the network."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import now

from apps.checkin.log_text import FIRST_PREV
from apps.checkin.models import Device, Gate
from apps.checkin.services.log import Received, upload
from apps.checkin.services.look import Attempt
from apps.checkin.services.scan import scan
from apps.events.models import Event
from apps.tickets.models import Ticket
from apps.tickets.tokens import token
from tests.factories.door import make_device, make_gate, make_ticket


@dataclass
class Phone:
    """Writes its log; `brings` uploads what is in it."""

    device: Device
    gate: Gate | None = None
    texts: list[str] = field(default_factory=list)
    _prev: str = FIRST_PREV

    def looks(self, ticket: Ticket, verdict: str = "admitted", **fields: Any) -> uuid.UUID:
        """Decides by itself. at: of its clock, which is right."""
        said = {"kind": "scan", "code": token(ticket), "ticket": ticket.reference}
        return self.writes({**said, "verdict": verdict, "reason": "", "by": "phone"} | fields)

    def overrules(self, ticket: Ticket, supervisor: int, **fields: Any) -> uuid.UUID:
        said = {"kind": "override", "of": str(uuid.uuid4()), "ticket": ticket.reference}
        words = {"supervisor": supervisor, "words": "The hostess knows them", "proof": ""}
        return self.writes({**said, **words} | fields)

    def writes(self, fields: dict[str, Any]) -> uuid.UUID:
        at: datetime = fields.pop("at")
        entry_id = uuid.UUID(str(fields.pop("id", uuid.uuid4())))
        entry = {
            "v": 1,
            "seq": len(self.texts) + 1,
            "prev": self._prev,
            "id": str(entry_id),
            "at": round(at.timestamp() * 1000),
            "offset": 0,
            "within": 200,
            "gate": self.gate.pk if self.gate else None,
            "direction": "in",
            "mode": "door",
            **fields,
        }
        text = json.dumps(entry, ensure_ascii=False)
        self._prev = hashlib.sha256(text.encode()).hexdigest()
        self.texts.append(text)
        return entry_id

    def brings(self, *, at: datetime) -> Received:
        self.device.refresh_from_db()
        return upload(self.device, self.texts, at=at)


def make_phone(event: Event, name: str, gate: Gate | None = None, **fields: Any) -> Phone:
    device, _secret = make_device(event, name, gate=gate, **fields)
    return Phone(device, gate)


def scans(phone: Phone, ticket: Ticket, *, at: datetime, **fields: Any) -> str:
    """Online; the verdict."""
    attempt = Attempt(
        **{
            "event": ticket.event,
            "code": token(ticket),
            "scan_id": uuid.uuid4(),
            "scanned_at": at,
            "actor": phone.device.actor,
            "gate": phone.gate,
            "device": phone.device,
            "device_name": phone.device.name,
            **fields,
        }
    )
    return str(scan(attempt, at=at).verdict)


def make_double(event: Event) -> tuple[Phone, Phone]:
    """One ticket at two gates, both phones off the network."""
    ticket, at = make_ticket(event), now() - timedelta(minutes=3)
    north, south = (
        make_phone(
            event, phone, make_gate(event, gate), paired_at=at - timedelta(days=1), seen_at=now()
        )
        for phone, gate in (("Ida's phone", "North"), ("Ben's phone", "South"))
    )
    north.looks(ticket, at=at)
    south.looks(ticket, at=at + timedelta(seconds=90))
    for phone in (south, north):
        phone.brings(at=now())
    return north, south
