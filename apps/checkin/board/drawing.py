"""The board in a reader's words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from apps.checkin.board.figures import Board
from apps.checkin.board.pace import hint_of, pace_of
from apps.checkin.board.picture import bars
from apps.events.models import Event


@dataclass(frozen=True, slots=True)
class Drawn:
    """digest: the same for the same picture, whenever it was made."""

    board: Board
    html: str
    digest: str


def drawn(event: Event, board: Board, language: str) -> Drawn:
    with translation.override(language):
        html = render_to_string("checkin/board/_numbers.html", context_of(event, board))
    return Drawn(board, html, hashlib.sha256(html.encode()).hexdigest()[:16])


def message(made: Drawn, *, at: datetime) -> dict[str, Any]:
    """What is pushed, or fetched: the numbers and how old they are, in ms."""
    return {"html": made.html, "digest": made.digest, "age": age_ms(made.board, at=at)}


def age_ms(board: Board, *, at: datetime) -> int:
    return max(0, round((at - board.counted_at).total_seconds() * 1000))


def context_of(event: Event, board: Board) -> dict[str, Any]:
    at = board.counted_at
    return {
        "event": event,
        "board": board,
        "night": board.night,
        "pace": pace_of(board.night, at=at),
        "hint": hint_of(board.night, starts_at=event.starts_at, at=at),
        "bars": bars(board.night.minutes, at=at, zone=event.zone),
        "at": at,
    }
