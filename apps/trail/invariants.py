from __future__ import annotations

from apps.core.invariants import Check, in_force
from apps.trail.chain import broken

GUARDS = [
    f"{table}_{guard}"
    for table in ("trail_moneyact", "trail_dayseal", "trail_sealedtable", "core_statechange")
    for guard in ("append_only", "no_truncate")
]

CHECKS = (
    Check(
        3,
        "what was sealed is what it was: acts on money, changes of state, the books",
        look=broken,
    ),
    in_force(3, "the trail is append-only: its guards are in force", GUARDS),
    Check(
        7,
        "every day is sealed",
        """
        SELECT format('the last seal is of %%s', max(day)) FROM trail_dayseal
        HAVING max(day) < (now() AT TIME ZONE 'UTC')::date - 2
        """,
    ),
)
