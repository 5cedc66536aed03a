"""Who hears of a topic. The one table is named by settings.OUTBOX_SUBSCRIPTIONS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

Function = Callable[..., None]  # (message: Message, *, at: datetime) -> None


class Style(StrEnum):
    TRANSACTION = "transaction"  # its writes and "done" commit together: exactly once
    EFFECT = "effect"  # speaks to the outside world: at least once, with a key of its own


@dataclass(frozen=True, slots=True)
class Handler:
    path: str
    queue: str = "default"
    style: Style = Style.TRANSACTION


def effect(path: str, queue: str = "default") -> Handler:
    return Handler(path, queue, Style.EFFECT)


@cache
def subscriptions() -> Mapping[str, tuple[Handler, ...]]:
    return cast("Mapping[str, tuple[Handler, ...]]", import_string(settings.OUTBOX_SUBSCRIPTIONS))


@cache
def handler_at(path: str) -> Handler:
    """
    :raises KeyError: no topic names this handler any more.
    """
    return {h.path: h for handlers in subscriptions().values() for h in handlers}[path]


def queues() -> list[str]:
    return sorted({h.queue for handlers in subscriptions().values() for h in handlers})


def function_of(handler: Handler) -> Function:
    return cast("Function", import_string(handler.path))
