"""How often somebody may do something: fixed windows, counted in Redis."""

from __future__ import annotations

import logging
from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 0.25


def allow(key: str, limit: int, seconds: int) -> bool:
    """
    Count one more under `key`; True while at most `limit` fall into the window of `seconds` that the
    first one opened. When Redis does not answer, everything is allowed: it must never stop a sale.
    """
    name = f"rate:{key}"
    try:
        with _redis().pipeline() as pipe:
            pipe.set(name, 0, ex=seconds, nx=True)
            pipe.incr(name)
            count: int = pipe.execute()[1]
    except RedisError as failure:
        logger.warning("rate limits are not counted: %s", failure)
        return True
    return count <= limit


@cache
def _redis() -> Redis:
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        retry=Retry(
            NoBackoff(), 1
        ),  # a kept connection may be stale; by itself it waits for seconds
    )
