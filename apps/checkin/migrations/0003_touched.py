from django.db import migrations

from apps.core.touched import touched

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
    dependencies = [("checkin", "0002_record"), ("tickets", "0002_touched")]

    operations = [touched("checkin_entry"), NOTE]
