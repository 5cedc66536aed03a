from __future__ import annotations

from apps.core.invariants import Check

CHECKS = (
    Check(
        4,
        "a code has as many uses as its budget, and without one as many as used it",
        """
        SELECT format('code %%s: %%s of %%s uses', c.text, uses.numbered, coalesce(c.budget, 0))
        FROM vouchers_code c
        CROSS JOIN LATERAL (
            SELECT count(number) AS numbered, count(*) AS rows
            FROM vouchers_codeuse WHERE code_id = c.id
        ) uses
        WHERE c.id > %(after)s AND c.id <= %(up_to)s
          AND (uses.numbered <> coalesce(c.budget, 0)
               OR (c.budget IS NOT NULL AND uses.rows <> uses.numbered))
        ORDER BY c.id
        """,
        over="vouchers_code",
    ),
)
