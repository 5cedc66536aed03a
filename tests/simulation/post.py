"""Letters cost a fifth of a history: they are queued in all of them, and written and sent in some."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.test.utils import override_settings

from apps.outbox.handlers import handler_at, subscriptions
from config.subscriptions import SUBSCRIPTIONS

SENT_IN_EVERY = 5
UNSENT = SUBSCRIPTIONS | {"mail.queued": ()}


@contextmanager
def post_of(seed: int) -> Iterator[None]:
    if seed % SENT_IN_EVERY == 0:
        yield
        return
    try:
        with override_settings(OUTBOX_SUBSCRIPTIONS=f"{__name__}.UNSENT"):
            _read_anew()
            yield
    finally:
        _read_anew()


def _read_anew() -> None:
    subscriptions.cache_clear()
    handler_at.cache_clear()
