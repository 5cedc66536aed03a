"""Letters and papers cost a fifth of a history: they are due in all of them, and written in some."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.test.utils import override_settings

from apps.outbox.handlers import handler_at, subscriptions
from config.subscriptions import SUBSCRIPTIONS

WRITTEN_IN_EVERY = 5
_WRITING = ("apps.notifications.subscribers.send_mail", "apps.invoices.subscribers.draw")
UNWRITTEN = {
    topic: tuple(handler for handler in handlers if handler.path not in _WRITING)
    for topic, handlers in SUBSCRIPTIONS.items()
}


@contextmanager
def post_of(seed: int) -> Iterator[None]:
    if seed % WRITTEN_IN_EVERY == 0:
        yield
        return
    try:
        with override_settings(OUTBOX_SUBSCRIPTIONS=f"{__name__}.UNWRITTEN"):
            _read_anew()
            yield
    finally:
        _read_anew()


def _read_anew() -> None:
    subscriptions.cache_clear()
    handler_at.cache_clear()
