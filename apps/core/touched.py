"""
SQL that has the database write into each row which transaction changed it last. Together with the oldest
transaction still running it tells what changed since a moment, whatever the order of the commits.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

_FUNCTION = """
CREATE OR REPLACE FUNCTION parterre_touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.touched := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
"""


def touched(table: str) -> RunSQL:
    """table: one with a column `touched`, bigint."""
    return RunSQL(
        sql=f"""{_FUNCTION}
        CREATE TRIGGER {table}_touched BEFORE INSERT OR UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION parterre_touched();
        """,
        reverse_sql=f"DROP TRIGGER {table}_touched ON {table};",
    )
