"""Phones in a cellar, for stories of what they bring."""

from __future__ import annotations

import json
import random
import uuid
from datetime import timedelta
from typing import Any

from apps.checkin import invariants
from apps.checkin.models import (
    DeviceFlag,
    Direction,
)
from apps.checkin.services.log import Received, upload
from apps.core.invariants import offenders
from apps.events.models import Event
from apps.tickets.models import Ticket
from apps.tickets.tokens import token
from tests.door_phone import Phone
from tests.factories.door import make_device
from tests.factories.selling import NOON

LATER = NOON + timedelta(minutes=20)


def offline_phone(event: Event, name: str = "Selin's phone") -> Phone:
    device, _secret = make_device(event, name)
    return Phone(device, random.Random(name), skew=timedelta(minutes=7), online=False)


def brings(phone: Phone, *texts: str) -> Received:
    return upload(phone.device, texts or phone.log, at=LATER)


def flaws() -> list[tuple[str, int]]:
    return list(DeviceFlag.objects.order_by("seq", "flaw").values_list("flaw", "seq"))


def changed(text: str, **words: Any) -> str:
    return json.dumps({**json.loads(text), **words})


def let_in(phone: Phone, ticket: Ticket, minute: float = 0) -> uuid.UUID:
    at = NOON + timedelta(minutes=minute)
    assert phone.shows(ticket, token(ticket), Direction.IN, at=at) == "admitted"
    return phone.let_in[-1]


def broken() -> list[str]:
    return [row for check in invariants.CHECKS for row in offenders(check)]
