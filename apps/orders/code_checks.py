from __future__ import annotations

from apps.core.invariants import Check

CODES = (
    Check(
        4,
        "a paid order with a code has spent a use of it, and no other order has",
        """
        SELECT format('order %%s (%%s)', o.reference, o.state)
        FROM orders_order o
        LEFT JOIN vouchers_codeuse u ON u.claim = o.claim
        WHERE o.id > %(after)s AND o.id <= %(up_to)s
          AND (u.code_id IS NOT NULL AND u.code_id IS DISTINCT FROM o.code_id
               OR (u.id IS NOT NULL AND u.claimed_until = 'infinity')
                  <> (o.code_id IS NOT NULL AND o.state IN ('paid', 'completed')))
        ORDER BY o.id
        """,
        over="orders_order",
    ),
    Check(
        4,
        "a use of a code that is spent was spent by an order",
        """
        SELECT format('use %%s of code %%s', u.id, c.text)
        FROM vouchers_codeuse u
        JOIN vouchers_code c ON c.id = u.code_id
        LEFT JOIN orders_order o ON o.claim = u.claim
        WHERE u.id > %(after)s AND u.id <= %(up_to)s
          AND u.claimed_until = 'infinity' AND o.id IS NULL
        ORDER BY u.id
        """,
        over="vouchers_codeuse",
    ),
)
