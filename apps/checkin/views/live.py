"""The board as a stream. It lives in the `live` process; the web process has no thread to spare for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.timezone import now
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_safe

from apps.checkin.board.drawing import age_ms, message
from apps.checkin.board.figures import Board
from apps.checkin.doors import NotAtThisDoor
from apps.checkin.live.feeds import FEEDS, Feed
from apps.checkin.live.pool import in_pool
from apps.checkin.live.watchers import counted, has_room, watched
from apps.events.models import Event

RETRY_MS = 3000
PING_SECONDS = 15.0
RIGHTS_SECONDS = 10.0


@require_safe
async def stream(request: HttpRequest, slug: str) -> HttpResponseBase:
    """
    204 where there is no stream to be had: a browser then stops trying, and the page asks for its numbers
    by itself. So it does in the web process, which answers here while the proxy knows no `live` process.
    """
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    try:
        event, user = await in_pool(lambda: watched(request, slug))
    except NotAtThisDoor:
        return HttpResponse(status=403)
    if not has_room(user):
        return HttpResponse(status=204)
    answer = StreamingHttpResponse(
        _counted_events(request, event, user), content_type="text/event-stream"
    )
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"  # nginx would keep events back
    return answer


async def _counted_events(request: HttpRequest, event: Event, user: int) -> AsyncIterator[str]:
    with counted(user):
        async for text in _events(request, event):
            yield text


async def _events(request: HttpRequest, event: Event) -> AsyncIterator[str]:
    """
    board {html, digest, age}: all numbers, also for one who comes back · still {age}: they are what they
    were · over: they may not watch any more.
    """
    language = get_language_from_request(request)
    digest = request.headers.get("Last-Event-ID", "")
    loop = asyncio.get_running_loop()
    asked, seen = loop.time(), None
    yield f"retry: {RETRY_MS}\n\n"
    async with FEEDS.following(event) as feed:
        while True:
            board = await feed.next(seen, seconds=PING_SECONDS)
            if loop.time() - asked >= RIGHTS_SECONDS:
                if not await _may_still(request, event.slug):
                    yield _event("over", {})
                    return
                asked = loop.time()
            if board is None:
                yield ": still here\n\n"
                continue
            text, digest = await _told(feed, board, language, digest)
            yield text
            seen = board


async def _told(feed: Feed, board: Board, language: str, digest: str) -> tuple[str, str]:
    made = await feed.drawing(board, language)
    if made.digest == digest:
        return _event("still", {"age": age_ms(board, at=now())}), digest
    return _event("board", message(made, at=now()), made.digest), made.digest


async def _may_still(request: HttpRequest, slug: str) -> bool:
    try:
        await in_pool(lambda: watched(request, slug))
    except NotAtThisDoor:
        return False
    return True


def _event(name: str, data: dict[str, Any], digest: str = "") -> str:
    number = f"id: {digest}\n" if digest else ""
    return f"event: {name}\n{number}data: {json.dumps(data, ensure_ascii=False)}\n\n"
