"""The books guard themselves: append-only, and a posting balances to zero per currency at commit."""

from django.db import migrations

from apps.core.append_only import append_only

BALANCED = """
CREATE FUNCTION ledger_posting_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint := CASE TG_TABLE_NAME WHEN 'ledger_posting' THEN NEW.id ELSE NEW.posting_id END;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM ledger_entry WHERE posting_id = checked) THEN
        RAISE EXCEPTION 'posting % has no entries', checked USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM ledger_entry e JOIN ledger_ledgeraccount a ON a.id = e.account_id
        WHERE e.posting_id = checked GROUP BY a.currency HAVING sum(e.amount_minor) <> 0
    ) THEN
        RAISE EXCEPTION 'posting % does not balance', checked USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_posting_balanced AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_posting_balances();
CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_posting_balances();
"""
UNDO = """
DROP TRIGGER ledger_entry_balanced ON ledger_entry;
DROP TRIGGER ledger_posting_balanced ON ledger_posting;
DROP FUNCTION ledger_posting_balances();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("core", "0002_append_only")]

    operations = [
        migrations.RunSQL(BALANCED, UNDO),
        append_only("ledger_posting"),
        append_only("ledger_entry"),
    ]
