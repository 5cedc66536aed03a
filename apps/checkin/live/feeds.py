"""One feed for each event somebody watches in this process: looked at every second, drawn once per language."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from django.db import DatabaseError
from django.utils.timezone import now

from apps.checkin.board.drawing import Drawn, drawn
from apps.checkin.board.figures import Board
from apps.checkin.board.keep import board_of
from apps.checkin.live.pool import in_pool
from apps.events.models import Event

logger = logging.getLogger(__name__)

EVERY_SECONDS = 1.0


class Feed:
    def __init__(self, event: Event) -> None:
        self.followers = 0
        self.board: Board | None = None
        self._event = event
        self._drawn: dict[str, Drawn] = {}
        self._news = asyncio.Condition()
        self._watch = asyncio.create_task(self._watching())

    async def next(self, seen: Board | None, *, seconds: float) -> Board | None:
        """The board once it is another one than was seen; None when it stays the same that long."""
        if self._watch.done():
            self._watch.result()  # raises what ended it; whoever comes back gets a new feed
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: self.board is not seen)
                return self.board
        return None

    async def drawing(self, board: Board, language: str) -> Drawn:
        made = self._drawn.get(language)
        if made is None or made.board is not board:
            made = await in_pool(lambda: drawn(self._event, board, language))
            self._drawn[language] = made
        return made

    def stop(self) -> None:
        self._watch.cancel()

    async def _watching(self) -> None:
        while True:
            await self._look()
            await asyncio.sleep(EVERY_SECONDS)

    async def _look(self) -> None:
        try:
            board = await in_pool(self._freshest)
        except DatabaseError as failure:
            # Those who watch see how old their numbers are.
            logger.warning("a board was not counted: %s", failure)
            return
        if self.board is None or board.counted_at != self.board.counted_at:
            async with self._news:
                self.board = board
                self._news.notify_all()

    def _freshest(self) -> Board:
        # Its times may have been changed since.
        self._event.refresh_from_db()
        return board_of(self._event, at=now())


class Feeds:
    def __init__(self) -> None:
        self._by_event: dict[int, Feed] = {}

    @asynccontextmanager
    async def following(self, event: Event) -> AsyncIterator[Feed]:
        feed = self._by_event.get(event.pk)
        if feed is None:
            feed = self._by_event[event.pk] = Feed(event)
        feed.followers += 1
        try:
            yield feed
        finally:
            feed.followers -= 1
            if not feed.followers:
                # Nobody watches, nothing is counted.
                feed.stop()
                del self._by_event[event.pk]


FEEDS = Feeds()
