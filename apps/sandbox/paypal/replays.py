from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from apps.sandbox.http import Json
from apps.sandbox.paypal import orders, refunds
from apps.sandbox.paypal.call import Call

_HOUR = 60 * 60


@dataclass(frozen=True, slots=True)
class Replay:
    """How long a PayPal-Request-Id is remembered, and how its resource is shown again."""

    keep_seconds: int
    show: Callable[[Call, str], Json]


# Payouts are not here: their only guard is sender_batch_id.
REPLAYS: Mapping[str, Replay] = {
    "paypal.orders.create": Replay(6 * _HOUR, orders.show),
    "paypal.orders.capture": Replay(6 * _HOUR, orders.show),
    "paypal.captures.refund": Replay(45 * 24 * _HOUR, refunds.show),
}
