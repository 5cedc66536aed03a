from django.db import migrations

from apps.core.append_only import append_only

# The database states a second time what services/number.py does: the next number is the last plus one.
GAPLESS = """
CREATE FUNCTION invoices_gapless() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last integer;
BEGIN
    SELECT coalesce(max(sequence), 0) INTO last FROM invoices_invoice WHERE series_id = NEW.series_id;
    IF NEW.sequence <> last + 1 THEN
        RAISE EXCEPTION 'series %: % does not follow %', NEW.series_id, NEW.sequence, last
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoices_invoice_gapless BEFORE INSERT ON invoices_invoice
    FOR EACH ROW EXECUTE FUNCTION invoices_gapless();
"""
NOT_GAPLESS = """
DROP TRIGGER invoices_invoice_gapless ON invoices_invoice;
DROP FUNCTION invoices_gapless();
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0001_tables"), ("core", "0002_append_only")]

    operations = [
        append_only("invoices_invoice"),
        append_only("invoices_invoiceline"),
        append_only("invoices_paper"),
        append_only("invoices_vatcheck"),
        migrations.RunSQL(GAPLESS, NOT_GAPLESS),
    ]
