"""Tickets and doors for stories."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import User
from apps.checkin.devices import hash_of, new_secret
from apps.checkin.models import Device, Gate, Scan
from apps.checkin.services.look import Attempt
from apps.checkin.services.scan import scan
from apps.events.models import Event
from apps.tickets.models import Ticket
from apps.tickets.services.issue import TicketWish, issue
from apps.tickets.tokens import token
from apps.variants.models import Variant
from tests.factories.selling import NOON, make_event, make_organizer, make_variant


def make_ticket(
    event: Event | None = None,
    holder_name: str = "Mira Sandberg",
    variant: Variant | None = None,
) -> Ticket:
    event = event or make_event(make_organizer())
    wish = TicketWish(variant or make_variant(event), holder_name, place_label="Reihe 9, Platz 14")
    return issue(event=event, wanted=[wish], at=NOON)[0]


def make_gate(event: Event, name: str = "Gate A") -> Gate:
    return Gate.objects.create(event=event, name=name)


def make_device(event: Event, name: str = "Selin's phone", **fields: Any) -> tuple[Device, str]:
    """Paired a day before NOON, with its key."""
    secret = new_secret()
    defaults: dict[str, Any] = {
        "event": event,
        "name": name,
        "secret_hash": hash_of(secret),
        "paired_at": NOON - timedelta(days=1),
        "paired_by": "pairing:1",
    }
    return Device.objects.create(**(defaults | fields)), secret


def make_attempt(ticket: Ticket, **fields: Any) -> Attempt:
    """The ticket's own code, at the door of its own event, a moment ago."""
    defaults: dict[str, Any] = {
        "event": ticket.event,
        "code": token(ticket),
        "scan_id": uuid.uuid4(),
        "scanned_at": NOON,
        "actor": "device:1",
        "device_name": "Selin's phone",
    }
    if isinstance(device := fields.get("device"), Device):
        defaults["actor"] = device.actor
    return Attempt(**(defaults | fields))


def signed_in(user: User) -> Client:
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def scanned(ticket: Ticket, **fields: Any) -> Scan:
    """A scan of the ticket, now, as it stands on record."""
    scan(make_attempt(ticket, **fields), at=now())
    return Scan.objects.latest("pk")
