"""Every case the organizer should look at, open or looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from apps.checkin.board.figures import SILENT_AFTER
from apps.checkin.rules import OVERRULED
from apps.checkin.services.second_look import WAS_GOOD
from apps.events.models import Event

# since: when the last thing we know of it arrived. What comes after a note opens it again.
_CASES = """
    WITH facts (kind, subject, since) AS (
        SELECT 'double', e.ticket_id::text, max(s.received_at)
        FROM checkin_entry e JOIN checkin_scan s ON s.scan_id = e.scan_id
        WHERE e.undone_at IS NULL AND e.ticket_id IN (
            SELECT ticket_id FROM checkin_entry
            WHERE event_id = %(event)s AND standing = 'double' AND undone_at IS NULL)
        GROUP BY e.ticket_id
      UNION ALL
        SELECT CASE WHEN doubt = %(was_good)s THEN 'turned_away' ELSE 'let_in' END,
               scan_id::text, received_at
        FROM checkin_scan WHERE event_id = %(event)s AND doubt <> ''
      UNION ALL
        SELECT 'override', scan_id::text, received_at
        FROM checkin_scan WHERE event_id = %(event)s AND reason = %(overruled)s
      UNION ALL
        SELECT 'flaw', f.id::text, f.at
        FROM checkin_deviceflag f JOIN checkin_device d ON d.id = f.device_id
        WHERE d.event_id = %(event)s
      UNION ALL
        SELECT 'gap', d.id::text, max(l.received_at)
        FROM checkin_device d LEFT JOIN checkin_loghead h ON h.device_id = d.id
        JOIN checkin_logentry l ON l.device_id = d.id AND l.seq > coalesce(h.seq, 0)
        WHERE d.event_id = %(event)s GROUP BY d.id
      UNION ALL
        SELECT 'quarantine', d.id::text, max(l.received_at)
        FROM checkin_device d JOIN checkin_logentry l ON l.device_id = d.id AND l.quarantined
        WHERE d.event_id = %(event)s GROUP BY d.id
      UNION ALL
        SELECT 'silent', d.id::text, d.seen_at FROM checkin_device d
        WHERE d.event_id = %(event)s AND d.revoked_at IS NULL AND d.seen_at > d.paired_at
          AND (d.seen_at < %(silent)s OR d.queue > 0 AND d.offline_since IS NOT NULL)
    )
    SELECT f.kind, f.subject, f.since, n.at
    FROM facts f LEFT JOIN (
        SELECT kind, subject, max(at) AS at FROM checkin_doubtnote
        WHERE event_id = %(event)s GROUP BY kind, subject
    ) n USING (kind, subject)
    ORDER BY f.since DESC, f.subject
"""


@dataclass(frozen=True, slots=True)
class Case:
    """kind: of Doubt. since: when the last we know of it arrived. looked_at: the last note."""

    kind: str
    subject: str
    since: datetime
    looked_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.looked_at is None or self.looked_at < self.since


def cases_of(event: Event, *, at: datetime) -> Sequence[Case]:
    """The newest first, in one statement."""
    values: dict[str, Any] = {
        "event": event.pk,
        "was_good": WAS_GOOD,
        "overruled": OVERRULED,
        "silent": at - SILENT_AFTER,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CASES, values)
        return [Case(*row) for row in cursor.fetchall()]
