"""Our own connection to the shop's database, under a role of its own so that it counts for nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg

ROLE = "bench"

_COUNT = r"""
    SELECT coalesce(sum(calls), 0) FROM pg_stat_statements
    WHERE userid = (SELECT oid FROM pg_roles WHERE rolname = 'postgres')
      AND query !~* '^\s*(begin|commit|rollback|savepoint|release|start)'
      AND query !~ 'FROM ONLY .* FOR KEY SHARE OF x'  -- checks of foreign keys, by triggers
      AND query !~ 'due AS \(\s+SELECT id FROM outbox_delivery'
"""
_SLOWEST = r"""
    SELECT calls, mean_exec_time + mean_plan_time, query FROM pg_stat_statements
    WHERE userid = (SELECT oid FROM pg_roles WHERE rolname = 'postgres')
    ORDER BY total_exec_time DESC LIMIT %s
"""


def own_role(url: str) -> str:
    """
    Makes our role; answers its url.

    :param url: of the shop's role, which is the superuser of its server.
    """
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("CREATE EXTENSION pg_stat_statements")
        owner.execute(f"CREATE ROLE {ROLE} SUPERUSER LOGIN")
    return url.replace("postgres@", f"{ROLE}@")


class Database:
    def __init__(self, url: str) -> None:
        self._url = url
        self._connection = psycopg.connect(url, autocommit=True)

    def statements(self) -> int:
        """Since the server began."""
        return int(self._number(_COUNT))

    def slowest(self, limit: int = 12) -> list[str]:
        """The shop's statements since the last time this was asked, the longest in sum first."""
        rows = self._connection.execute(_SLOWEST.encode(), [limit]).fetchall()
        self._connection.execute("SELECT pg_stat_statements_reset()")
        return [
            f"{calls:6} x {mean:7.3f} ms  {' '.join(query.split())}" for calls, mean, query in rows
        ]

    def waiting(self, queue_like: str = "%") -> int:
        """Deliveries of the outbox that are not done."""
        return int(
            self._number(
                "SELECT count(*) FROM outbox_delivery WHERE state IN ('pending', 'leased') AND queue LIKE %s",
                queue_like,
            )
        )

    @contextlib.contextmanager
    def old_snapshot(self) -> Iterator[None]:
        """What a long report does to everybody else: nothing that is dead to it may be forgotten."""
        with psycopg.connect(self._url) as reader:
            reader.execute("SET idle_in_transaction_session_timeout = 0")
            reader.commit()
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            reader.execute("SELECT count(*) FROM events_event")
            yield
            reader.rollback()

    def _number(self, query: str, *values: object) -> float:
        row = self._connection.execute(query.encode(), values).fetchone()
        assert row
        return float(row[0])
