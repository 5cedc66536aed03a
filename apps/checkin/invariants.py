from __future__ import annotations

from apps.core.invariants import Check

# The guards of migration 0002 that must be in force.
GUARDS = [
    *("checkin_scan_append_only", "checkin_scan_no_truncate"),
    *("checkin_doubtnote_append_only", "checkin_doubtnote_no_truncate"),
]

CHECKS = (
    Check(
        5,
        "a ticket is inside once, or the double entry is marked as such",
        """
        SELECT format('ticket %%s is inside %%s times', ticket_id, count(*)) FROM checkin_entry
        WHERE ticket_id IN (
            SELECT ticket_id FROM checkin_entry WHERE id > %(after)s AND id <= %(up_to)s
        ) AND undone_at IS NULL AND standing = 'regular'
        GROUP BY ticket_id, turn HAVING count(*) > 1
        ORDER BY ticket_id
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
        "scans and notes on doubts are append-only: their guards are in force",
        """
        SELECT guard FROM unnest(%(guards)s::text[]) AS guard
        WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = guard AND tgenabled IN ('O', 'A'))
        """,
        values={"guards": GUARDS},
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
