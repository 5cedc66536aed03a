"""
No posting may leave less than nothing on a gift voucher. Only postings that touch one are looked at; two at
once are kept apart by the voucher's row lock.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION ledger_posting_is_whole(checked bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    expected integer := (SELECT lines FROM ledger_posting WHERE id = checked);
    found integer;
    balanced boolean;
    by_voucher boolean;
    overdrawn text;
BEGIN
    SELECT coalesce(sum(lines), 0), coalesce(bool_and(net = 0 AND currency IS NOT NULL), false),
           coalesce(bool_or(voucher), false)
    INTO found, balanced, by_voucher
    FROM (
        SELECT a.currency, count(*) AS lines, sum(e.amount_minor) AS net,
               bool_or(a.code LIKE 'voucher:%') AS voucher
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
    IF by_voucher THEN
        SELECT a.code INTO overdrawn
        FROM ledger_entry e
        JOIN ledger_ledgeraccount a ON a.id = e.account_id AND a.code LIKE 'voucher:%'
        WHERE e.posting_id = checked
          AND (SELECT sum(amount_minor) FROM ledger_entry WHERE account_id = a.id) > 0
        LIMIT 1;
        IF overdrawn IS NOT NULL THEN
            RAISE EXCEPTION 'posting % overdraws %', checked, overdrawn
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION ledger_posting_is_whole(checked bigint) RETURNS void LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_closings_are_append_only")]

    operations = [migrations.RunSQL(FUNCTION, BEFORE)]
