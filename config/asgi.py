"""The `live` process: /live/ and nothing else. Whoever runs several web machines may run several of these."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

# Not setdefault: the environment names the settings of the other processes.
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_live"

import django

django.setup()

from django.core.handlers.asgi import ASGIHandler  # noqa: E402 - after setup()
from django.utils.timezone import now  # noqa: E402 - after setup()
from redis.exceptions import RedisError  # noqa: E402 - after setup()

from apps.ops.health import beat  # noqa: E402 - after setup()

logger = logging.getLogger(__name__)

BEAT_SECONDS = 15

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_streams = ASGIHandler()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and scope["path"].startswith("/live/"):
        await _streams(scope, receive, send)  # type: ignore[arg-type]  # Django types scope and events more narrowly
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    beating = asyncio.create_task(_beating())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    beating.cancel()
    await send({"type": "lifespan.shutdown.complete"})


async def _beating() -> None:
    """So that `doctor` sees it; an unreachable Redis is not the end of it."""
    while True:
        await asyncio.to_thread(_beat)
        await asyncio.sleep(BEAT_SECONDS)


def _beat() -> None:
    try:
        beat("live", at=now())
    except RedisError as failure:
        logger.warning("no heartbeat: %s", failure)
