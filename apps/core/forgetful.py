"""
The cache while Redis is away: it has forgotten everything and keeps nothing. Sessions are read from the
database then, pages are made anew, tries at passwords are not counted. So whoever uses the cache need not
think of it; who has to know whether Redis answers asks `caches["redis"]`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

# One that hangs would cost each of a page's questions the whole timeout.
PAUSE_SECONDS = 1.0


class ForgetfulClient(RedisCacheClient):
    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._ask_again_at = 0.0

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        return self._ask(True, super().add, key, value, timeout)  # noqa: FBT003 - nobody was before us

    def get(self, key: Any, default: Any) -> Any:
        return self._ask(default, super().get, key, default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._ask(None, super().set, key, value, timeout)

    def touch(self, key: Any, timeout: Any) -> bool:
        return self._ask(False, super().touch, key, timeout)  # noqa: FBT003 - what an empty cache answers

    def get_many(self, keys: Iterable[Any]) -> dict[Any, Any]:
        return self._ask({}, super().get_many, keys)

    def has_key(self, key: Any) -> bool:
        return self._ask(False, super().has_key, key)  # noqa: FBT003 - what an empty cache answers

    def incr(self, key: Any, delta: int) -> Any:
        return self._ask(delta, super().incr, key, delta)

    def set_many(self, data: Mapping[Any, Any], timeout: Any) -> None:
        self._ask(None, super().set_many, data, timeout)

    # What somebody wants to be gone (the session of who signs out) is asked for even in a pause.
    def delete(self, key: Any) -> bool:
        return self._forgive(False, super().delete, key)  # noqa: FBT003 - what an empty cache answers

    def delete_many(self, keys: Iterable[Any]) -> None:
        self._forgive(None, super().delete_many, keys)

    def _ask(self, otherwise: T, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if time.monotonic() < self._ask_again_at:
            return otherwise
        return self._forgive(otherwise, ask, *args, **kwargs)

    def _forgive(self, otherwise: T, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return ask(*args, **kwargs)
        except RedisError as failure:
            self._ask_again_at = time.monotonic() + PAUSE_SECONDS
            logger.warning("nothing is kept: %s", failure)
            return otherwise


class ForgetfulCache(RedisCache):
    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgetfulClient
