from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from apps.payments.gateways.errors import GatewayError, Throttled

T = TypeVar("T")

TRIES_MAX = 3
PAUSE_SECONDS = 0.3
# A buyer is waiting: no new try is begun after this time.
WHOLE_SECONDS_MAX = 20.0


def persistently(call: Callable[[], T]) -> T:
    """
    Repeat a call that sends the same key and bytes each time, while the error says that helps.

    :raises GatewayError: the last one.
    """
    deadline = time.monotonic() + WHOLE_SECONDS_MAX
    for turn in range(1, TRIES_MAX):
        try:
            return call()
        except GatewayError as error:
            if not error.at_once or time.monotonic() > deadline:
                raise
            time.sleep(_pause(error, turn))
    return call()


def _pause(error: GatewayError, turn: int) -> float:
    if isinstance(error, Throttled):
        return error.retry_after_seconds
    # Jitter spreads the crowd that a provider's hiccup has lined up.
    return PAUSE_SECONDS * turn * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
