"""What breaks the rules of exports; see `damage.py`."""

from __future__ import annotations

_FILES = """
    INSERT INTO exports_export (id, kind, form, first, last, actor, created_at)
    SELECT n, 'orders', 'csv', '2026-03-01', '2026-03-31', 'user:1', now()
    FROM unnest(ARRAY[71, 72, 73]) n;
    INSERT INTO exports_exportfile (id, export_id, state, language, attempt, rows, size, sha256,
                                    failure, expires_at)
    VALUES (71, 71, 'ready', 'en', 2, 1, 5, 'x', '', now()), (72, 72, 'expired', 'en', 1, 1, 5, 'x', '', now()),
           (73, 73, 'ready', 'en', 1, 1, 5, 'x', '', now());
    INSERT INTO exports_filepart (file_id, attempt, number, data)
    VALUES (71, 1, 0, 'abcde'), (72, 1, 0, 'abcde'), (73, 1, 0, 'abc'), (73, 1, 1, 'de')
"""

_SCHEDULE = """
    INSERT INTO exports_exportschedule (id, organizer_id, event_id, kind, form, every, next_first, created_by,
                                        created_at, stopped_by)
    VALUES (71, {organizer}, {elsewhere}, 'orders', 'csv', 'month', '2026-03-01', 'user:1', now(), '')
"""
_MEMBER = """
    INSERT INTO accounts_membership (id, organizer_id, user_id, role, created_at)
    VALUES (71, {foreign_organizer}, 1, 'owner', now());
    INSERT INTO exports_exportschedule_recipients (id, exportschedule_id, membership_id) VALUES (71, 71, 71)
"""

EXPORTS: dict[str, tuple[str, list[str]]] = {
    "a file that is ready is whole, and one that is gone is gone": (
        _FILES,
        [
            "file 71 of export 71 is ready: 0 of 5 bytes",
            "file 72 of export 72 is expired: 5 of 5 bytes",
        ],
    ),
    "an export of an event is of its organizer": (
        """
        INSERT INTO exports_export (id, organizer_id, event_id, kind, form, first, last, actor, created_at)
        VALUES (71, {organizer}, {elsewhere}, 'orders', 'csv', '2026-03-01', '2026-03-31', 'user:1', now())
        """,
        ["exports_export 71"],
    ),
    "an export by mail of an event is of its organizer": (
        _SCHEDULE,
        ["exports_exportschedule 71"],
    ),
    "who gets an export by mail is in the team of its organizer": (
        ";".join((_SCHEDULE, _MEMBER)),
        ["exports_exportschedule_recipients 71"],
    ),
    "who took data out stays on record: the guards are in force": (
        "ALTER TABLE exports_download DISABLE TRIGGER exports_download_append_only",
        ["exports_download_append_only"],
    ),
}
