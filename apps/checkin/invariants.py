from __future__ import annotations

from apps.core.invariants import Check, in_force

# The guards of migration 0002, and of tickets, that must be in force.
GUARDS = [
    *("checkin_scan_append_only", "checkin_scan_no_truncate"),
    *("checkin_logentry_append_only", "checkin_logentry_no_truncate"),
    *("checkin_deviceflag_append_only", "checkin_deviceflag_no_truncate"),
    *("checkin_doubtnote_append_only", "checkin_doubtnote_no_truncate"),
    *("checkin_doorterms_append_only", "checkin_doorterms_no_truncate"),
    *("tickets_reissue_append_only", "tickets_reissue_no_truncate"),
]
TELLS_PHONES = ["tickets_ticket_touched", "checkin_entry_touched", "checkin_guestnote_touches"]

CHECKS = (
    Check(
        5,
        "a ticket is inside once, or the double entry is marked as such",
        """
        SELECT format('ticket %%s is inside %%s times', e.ticket_id, count(*))
        FROM checkin_entry e LEFT JOIN checkin_doorsettings s ON s.event_id = e.event_id
        WHERE e.ticket_id IN (
            SELECT ticket_id FROM checkin_entry WHERE id > %(after)s AND id <= %(up_to)s
        ) AND e.undone_at IS NULL AND e.standing = 'regular'
        GROUP BY e.ticket_id, s.entry_rule
        HAVING count(*) > count(DISTINCT e.turn)
            OR coalesce(s.entry_rule, 'once') = 'once' AND count(*) > 1
            OR s.entry_rule = 'with_exit' AND count(*) FILTER (WHERE e.left_at IS NULL) > 1
        ORDER BY e.ticket_id
        """,
        over="checkin_entry",
    ),
    Check(
        5,
        "an entry has the scan that admitted it, of the same ticket at the same event",
        """
        SELECT format('entry %%s of ticket %%s', e.id, e.ticket_id)
        FROM checkin_entry e
        JOIN tickets_ticket t ON t.id = e.ticket_id
        LEFT JOIN checkin_scan s ON s.scan_id = e.scan_id
        WHERE e.id > %(after)s AND e.id <= %(up_to)s
          AND (s.verdict, s.ticket_id, s.event_id, t.event_id)
              IS DISTINCT FROM ('admitted', e.ticket_id, e.event_id, e.event_id)
        ORDER BY e.id
        """,
        over="checkin_entry",
    ),
    Check(
        5,
        "a scan that admitted somebody made an entry",
        """
        SELECT format('scan %%s', s.scan_id)
        FROM checkin_scan s LEFT JOIN checkin_entry e ON e.scan_id = s.scan_id
        WHERE s.id > %(after)s AND s.id <= %(up_to)s AND s.verdict = 'admitted'
          AND s.ticket_id IS NOT NULL AND e.id IS NULL
        ORDER BY s.id
        """,
        over="checkin_scan",
    ),
    Check(
        5,
        "what a phone logged is on record as a scan",
        """
        SELECT format('entry %%s of device %%s', l.seq, l.device_id)
        FROM checkin_logentry l LEFT JOIN checkin_scan s ON s.scan_id = l.entry_id
        WHERE l.id > %(after)s AND l.id <= %(up_to)s AND s.id IS NULL
          AND l.kind IN ('scan', 'override') AND NOT l.quarantined
        ORDER BY l.id
        """,
        over="checkin_logentry",
    ),
    in_force(
        5, "scans, logs and notes on doubts are append-only: their guards are in force", GUARDS
    ),
    in_force(
        5, "phones hear of every change: the triggers that mark it are in force", TELLS_PHONES
    ),
    Check(
        6,
        "a scan names no ticket of another organizer",
        """
        SELECT format('scan %%s names ticket %%s', s.scan_id, s.ticket_id)
        FROM checkin_scan s
        JOIN tickets_ticket t ON t.id = s.ticket_id
        JOIN events_event seen ON seen.id = t.event_id
        JOIN events_event here ON here.id = s.event_id
        WHERE s.id > %(after)s AND s.id <= %(up_to)s AND seen.organizer_id <> here.organizer_id
        ORDER BY s.id
        """,
        over="checkin_scan",
    ),
)
