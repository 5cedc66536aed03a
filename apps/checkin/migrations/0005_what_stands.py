from django.db import migrations

# Where each log is here up to, from the row of its device.
HEADS = migrations.RunSQL(
    sql="""
    INSERT INTO checkin_loghead (device_id, seq, hash)
        SELECT id, log_head, log_hash FROM checkin_device WHERE log_head > 0
    """,
    reverse_sql="""
    UPDATE checkin_device d SET log_head = h.seq, log_hash = h.hash
        FROM checkin_loghead h WHERE h.device_id = d.id;
    DELETE FROM checkin_loghead;
    """,
)
# What gates and time slots say now they have always said, as far as anybody knows.
TERMS = migrations.RunSQL(
    sql="""
    INSERT INTO checkin_doorterms (event_id, about, subject_id, terms, at)
        SELECT event_id, 'gate', id, jsonb_build_object(
            'direction', direction, 'variants', to_jsonb(variants),
            'access_levels', to_jsonb(access_levels),
            'opens_at', opens_at, 'closes_at', closes_at), '1970-01-01'
        FROM checkin_gate;
    INSERT INTO checkin_doorterms (event_id, about, subject_id, terms, at)
        SELECT v.event_id, 'slot', v.id, jsonb_build_object(
            'admits_from', s.admits_from, 'admits_until', s.admits_until), '1970-01-01'
        FROM checkin_timeslot s JOIN variants_variant v ON v.id = s.variant_id;
    """,
    reverse_sql="DELETE FROM checkin_doorterms",
)


class Migration(migrations.Migration):
    dependencies = [("checkin", "0004_dated_door"), ("variants", "0001_initial")]

    operations = [HEADS, TERMS]
