"""A history asks many different questions of small tables: making a plan costs more than following it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from psycopg._preparing import Key, Prepare, PrepareManager
from psycopg.pq.abc import PGresult


class KeptPlans(PrepareManager):
    """Psycopg forgets all of them at each rollback, lest a table was made anew; here none is."""

    prepare_threshold = 0

    def __init__(self) -> None:
        super().__init__()
        self.prepared_max = 2**31
        self._prepared_idx = 2**31  # names that nothing has that was prepared before

    def clear(self) -> bool:
        return False

    def validate(self, key: Key, _prep: Prepare, _name: bytes, results: Sequence[PGresult]) -> None:
        """Also what ends a transaction leaves them as they are."""
        if not self._check_results(results):
            self._names.pop(key, None)


def keep_plans() -> None:
    """From now on this connection plans each statement once."""
    connection.ensure_connection()
    session = connection.connection
    assert session is not None
    if isinstance(session._prepared, KeptPlans):
        return
    session._prepared = KeptPlans()
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
