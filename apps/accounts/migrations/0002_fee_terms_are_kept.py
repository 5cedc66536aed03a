"""Fee terms are only ever added; and what stands in them can be calculated with."""

from django.db import migrations

KEPT = """
CREATE FUNCTION accounts_keep_fee_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
       AND to_jsonb(NEW) - 'withdrawn_at' - 'withdrawn_by'
           = to_jsonb(OLD) - 'withdrawn_at' - 'withdrawn_by' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'fee terms are never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER accounts_feeterms_kept BEFORE UPDATE OR DELETE ON accounts_feeterms
    FOR EACH ROW EXECUTE FUNCTION accounts_keep_fee_terms();

ALTER TABLE accounts_feeterms ADD CONSTRAINT fee_terms_bands CHECK (
    jsonb_typeof(bands) = 'array'
    AND (bands = '[]' OR bands @> '[{"above": 0}]')
    AND NOT bands @? '$[*] ? (
        !(@.percent.double() >= 0 && @.percent.double() <= 100)
        || !(@.above >= 0) || !(@.fixed >= 0) || !(@.least >= 0)
        || (@.most < 0) || (@.most < @.least)
    )'
);
"""
UNDO = """
ALTER TABLE accounts_feeterms DROP CONSTRAINT fee_terms_bands;
DROP TRIGGER accounts_feeterms_kept ON accounts_feeterms;
DROP FUNCTION accounts_keep_fee_terms();
"""


class Migration(migrations.Migration):
    replaces = [("accounts", "0003_fee_terms_are_kept")]

    dependencies = [("accounts", "0001_tables")]

    operations = [migrations.RunSQL(KEPT, UNDO)]
