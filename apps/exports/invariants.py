from __future__ import annotations

from apps.core.invariants import Check, in_force

GUARDS = [
    f"exports_{table}_{guard}"
    for table in ("export", "download")
    for guard in ("append_only", "no_truncate")
]

CHECKS = (
    Check(
        7,
        "a file that is ready is whole, and one that is gone is gone",
        """
        SELECT format('file %%s of export %%s is %%s: %%s of %%s bytes', f.id, f.export_id, f.state,
                      there.bytes, f.size)
        FROM exports_exportfile f
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(octet_length(data)) FILTER (WHERE attempt = f.attempt), 0) AS bytes,
                   count(*) AS parts
            FROM exports_filepart WHERE file_id = f.id
        ) there
        WHERE f.id > %(after)s AND f.id <= %(up_to)s
          AND (f.state = 'ready' AND there.bytes <> f.size
               OR f.state IN ('failed', 'expired') AND there.parts > 0)
        ORDER BY f.id
        """,
        over="exports_exportfile",
    ),
    in_force(7, "who took data out stays on record: the guards are in force", GUARDS),
)
