from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from apps.sandbox.http import Json

_SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (kind, id)
);
CREATE INDEX IF NOT EXISTS object_newest ON object (kind, seq);
CREATE INDEX IF NOT EXISTS job_due ON object (json_extract(body, '$.due')) WHERE kind = 'job';
"""


class Store:
    """Every object of the sandbox as JSON, by kind and id. One writer at a time, many threads."""

    def __init__(self, path: Path | None) -> None:
        self._lock = RLock()
        self._depth = 0
        self._connection = sqlite3.connect(
            path or ":memory:", check_same_thread=False, isolation_level=None
        )
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Nested blocks belong to the outermost one."""
        with self._lock:
            if self._depth:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            else:
                self._connection.execute("COMMIT")
            finally:
                self._depth -= 1

    def put(self, kind: str, key: str, body: Json) -> Json:
        with self._lock:
            self._connection.execute(
                "INSERT INTO object (kind, id, body) VALUES (?, ?, ?)"
                " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
                (kind, key, json.dumps(body)),
            )
        return body

    def get(self, kind: str, key: str) -> Json | None:
        rows = self._rows("SELECT body FROM object WHERE kind = ? AND id = ?", (kind, key))
        return rows[0] if rows else None

    def need(self, kind: str, key: str) -> Json:
        """An object that is known to be there."""
        found = self.get(kind, key)
        if found is None:
            raise KeyError(f"{kind} {key}")
        return found

    def delete(self, kind: str, key: str) -> None:
        with self._lock:
            self._connection.execute("DELETE FROM object WHERE kind = ? AND id = ?", (kind, key))

    def delete_kind(self, kind: str) -> None:
        with self._lock:
            self._connection.execute("DELETE FROM object WHERE kind = ?", (kind,))

    def wipe(self) -> None:
        with self._lock:
            self._connection.execute("DELETE FROM object")

    def newest(self, kind: str, **where: Any) -> list[Json]:
        """Newest first; `where` compares fields of the object."""
        clauses = "".join(f" AND json_extract(body, '$.{field}') IS ?" for field in where)
        return self._rows(
            f"SELECT body FROM object WHERE kind = ?{clauses} ORDER BY seq DESC",  # noqa: S608 - names of our own fields
            (kind, *where.values()),
        )

    def oldest(self, kind: str, **where: Any) -> list[Json]:
        return self.newest(kind, **where)[::-1]

    def due_jobs(self, at: float) -> list[Json]:
        return self._rows(
            "SELECT body FROM object WHERE kind = 'job' AND json_extract(body, '$.due') <= ?"
            " ORDER BY json_extract(body, '$.due'), seq",
            (at,),
        )

    def total(self, kind: str, field: str, **where: Any) -> int:
        clauses = "".join(f" AND json_extract(body, '$.{name}') IS ?" for name in where)
        with self._lock:
            (value,) = self._connection.execute(
                f"SELECT COALESCE(SUM(json_extract(body, '$.{field}')), 0)"  # noqa: S608 - names of our own fields
                f" FROM object WHERE kind = ?{clauses}",
                (kind, *where.values()),
            ).fetchone()
        return int(value)

    def _rows(self, sql: str, args: tuple[Any, ...]) -> list[Json]:
        with self._lock:
            return [json.loads(body) for (body,) in self._connection.execute(sql, args)]
