"""Django's PostgreSQL: more statements stay prepared; whether a connection lives is asked cheaper."""

from __future__ import annotations

import select
import time
from typing import Any

from django.db.backends.postgresql import base
from psycopg.adapt import Dumper, PyFormat
from psycopg.types import numeric

# Longer than that without a word a network may have dropped it silently.
TRUSTED_SECONDS = 5.0
# Statements a connection keeps prepared: all that a sale and the door ask. Then the longest unused goes.
PREPARED_MAX = 300


class WholeNumberDumper(numeric.IntDumper):
    """
    A number is an `integer` at least, as PostgreSQL reads one that stands in a statement. By itself a
    small one would be bound as `smallint`, and two of them added could overflow.
    """

    def upgrade(self, obj: int, format: PyFormat) -> Dumper:  # noqa: A002 - psycopg's name
        if -(2**15) <= obj < 2**15:
            return self._int4_dumper
        return super().upgrade(obj, format)


class DatabaseWrapper(base.DatabaseWrapper):
    """
    Django asks with a statement before the first one of each request. A server that ended or restarted
    has closed its end, which the socket knows by itself; the statement is only needed after a pause.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answered_at = float("-inf")

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = PREPARED_MAX
        connection.adapters.register_dumper(int, WholeNumberDumper)
        return connection

    def is_usable(self) -> bool:
        if self.connection is None:
            return False
        if time.monotonic() - self._answered_at < TRUSTED_SECONDS and not self._has_news():
            return True
        usable = bool(super().is_usable())
        self._answered_at = time.monotonic() if usable else float("-inf")
        return usable

    def _has_news(self) -> bool:
        """Between statements a server says only that something is wrong."""
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))
