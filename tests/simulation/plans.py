"""A history asks many different questions of small tables: making a plan costs more than following it."""

from __future__ import annotations

from django.db import connection


def keep_plans() -> None:
    """From now on this connection plans each statement once."""
    connection.ensure_connection()
    session = connection.connection
    assert session is not None
    if session.prepared_max is None:
        return
    session.prepare_threshold, session.prepared_max = 0, None
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
