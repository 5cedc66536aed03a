"""
The one clock of claims. Tests shift it per session: SET parterre.clock_shift = '20 minutes'.

statement_timestamp, not now(): a transaction that waited for a lock must not claim with a stale time.
"""

from django.db import migrations

CLOCK = """
CREATE FUNCTION inventory_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT statement_timestamp()
        + coalesce(nullif(current_setting('parterre.clock_shift', true), ''), '0')::interval
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [migrations.RunSQL(CLOCK, "DROP FUNCTION inventory_now()")]
