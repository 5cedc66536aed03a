"""What the sandbox is told beside what buyers and our gateways tell it; see its `commands.py`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from apps.core import http_client


def tell(command: str, **args: object) -> Any:
    """
    :raises OutboundError: it is not running, or refused.
    """
    reply = http_client.send(
        "POST",
        f"{settings.SANDBOX_URL}/control",
        headers={"Content-Type": "application/json"},
        body=json.dumps({"command": command, **args}).encode(),
    )
    answer = json.loads(reply.body)
    if reply.status != 200:
        raise http_client.OutboundError(f"{command}: {answer.get('error')}")
    return answer["answer"]


@contextmanager
def without_webhooks() -> Iterator[None]:
    """Nobody is there yet to take them."""
    tell("switch_webhooks", drop=-1)
    try:
        yield
    finally:
        tell("switch_webhooks", drop=0)


@contextmanager
def clock_put_right_at_the_end() -> Iterator[None]:
    shift = tell("advance", seconds=0)
    try:
        yield
    finally:
        put_clock(shift)


def put_clock(shift: float) -> None:
    """shift: seconds off the true time."""
    tell("advance", seconds=shift - tell("advance", seconds=0))
