from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations

from apps.core.append_only import append_only
from apps.core.touched import touched

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
# Phones keep a ticket with its note, so a note is a change of its ticket.
NOTE = migrations.RunSQL(
    sql="""
    CREATE FUNCTION checkin_note_touches() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE tickets_ticket SET touched = DEFAULT WHERE id = NEW.ticket_id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER checkin_guestnote_touches AFTER INSERT OR UPDATE ON checkin_guestnote
        FOR EACH ROW EXECUTE FUNCTION checkin_note_touches();
    """,
    reverse_sql="""
    DROP TRIGGER checkin_guestnote_touches ON checkin_guestnote;
    DROP FUNCTION checkin_note_touches();
    """,
)


class Migration(migrations.Migration):
    replaces = [
        ("checkin", "0002_record"),
        ("checkin", "0003_touched"),
    ]

    dependencies = [
        ("checkin", "0001_tables"),
        ("core", "0002_append_only"),
        ("tickets", "0002_guards"),
    ]

    operations = [
        append_only("checkin_scan"),
        append_only("checkin_deviceflag"),
        append_only("checkin_doubtnote"),
        append_only("checkin_doorterms"),
        LOG_STAYS,
        touched("checkin_entry"),
        NOTE,
        UnaccentExtension(),
    ]
