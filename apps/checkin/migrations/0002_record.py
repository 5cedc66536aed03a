from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations

from apps.core.append_only import append_only

# What a device uploaded stays as it came; only whether it counts may change.
LOG_STAYS = migrations.RunSQL(
    sql="""
    CREATE FUNCTION checkin_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF to_jsonb(NEW) - 'quarantined' = to_jsonb(OLD) - 'quarantined' THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER checkin_logentry_append_only BEFORE UPDATE OR DELETE ON checkin_logentry
        FOR EACH ROW EXECUTE FUNCTION checkin_log_stays();
    CREATE TRIGGER checkin_logentry_no_truncate BEFORE TRUNCATE ON checkin_logentry
        FOR EACH STATEMENT EXECUTE FUNCTION checkin_log_stays();
    """,
    reverse_sql="""
    DROP TRIGGER checkin_logentry_append_only ON checkin_logentry;
    DROP TRIGGER checkin_logentry_no_truncate ON checkin_logentry;
    DROP FUNCTION checkin_log_stays();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("checkin", "0001_initial")]

    operations = [
        append_only("checkin_scan"),
        append_only("checkin_deviceflag"),
        append_only("checkin_doubtnote"),
        LOG_STAYS,
        UnaccentExtension(),
    ]
