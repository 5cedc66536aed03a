"""
The books guard themselves.

Append-only, and a posting is whole when its statement ends: as many entries as it says, each of a
known account, summing to zero per currency. So an old posting cannot be given more entries, also
not balanced ones, and a posting without entries cannot be left behind.
"""

from django.db import migrations

from apps.core.append_only import append_only

WHOLE = """
CREATE FUNCTION ledger_posting_is_whole(checked bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    expected integer := (SELECT lines FROM ledger_posting WHERE id = checked);
    found integer;
    balanced boolean;
BEGIN
    SELECT coalesce(sum(lines), 0), coalesce(bool_and(net = 0 AND currency IS NOT NULL), false)
    INTO found, balanced
    FROM (
        SELECT a.currency, count(*) AS lines, sum(e.amount_minor) AS net
        FROM ledger_entry e LEFT JOIN ledger_ledgeraccount a ON a.id = e.account_id
        WHERE e.posting_id = checked GROUP BY a.currency
    ) sums;
    IF found IS DISTINCT FROM expected THEN
        RAISE EXCEPTION 'posting % has % entries, not %', checked, found, expected
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT balanced THEN
        RAISE EXCEPTION 'posting % does not balance', checked USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE FUNCTION ledger_check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ledger_posting_is_whole(id) FROM inserted;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_posting_whole AFTER INSERT ON ledger_posting
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_postings();

CREATE FUNCTION ledger_check_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ledger_posting_is_whole(posting_id) FROM (SELECT DISTINCT posting_id FROM inserted) i;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_whole AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries();
"""
UNDO = """
DROP TRIGGER ledger_entry_whole ON ledger_entry;
DROP TRIGGER ledger_posting_whole ON ledger_posting;
DROP FUNCTION ledger_check_entries();
DROP FUNCTION ledger_check_postings();
DROP FUNCTION ledger_posting_is_whole(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("core", "0002_append_only")]

    operations = [
        migrations.RunSQL(WHOLE, UNDO),
        append_only("ledger_ledgeraccount"),
        append_only("ledger_posting"),
        append_only("ledger_entry"),
    ]
