"""What must hold between gift vouchers, the orders they pay, and the books."""

from __future__ import annotations

from apps.core.invariants import Check

_BOOKED = """CROSS JOIN LATERAL (
            SELECT coalesce(-sum(e.amount_minor), 0)::bigint AS minor,
                   coalesce(sum(e.amount_minor) FILTER (
                       WHERE g.key IN ('voucher_expired:voucher:' || v.id,
                                       'voucher_taken_back:voucher:' || v.id)
                   ), 0)::bigint AS ended
            FROM ledger_ledgeraccount a
            JOIN ledger_entry e ON e.account_id = a.id
            JOIN ledger_posting g ON g.id = e.posting_id
            WHERE a.code = 'voucher:' || v.id || ':' || v.provider AND a.currency = v.currency
        ) booked"""

VOUCHERS = (
    Check(
        4,
        "what is left on a gift voucher is what was put on it, less what it paid, and what went back",
        f"""
        SELECT format('voucher %%s (%%s): %%s in the books, not %%s',
                      v.reference, v.state, booked.minor, due.minor)
        FROM vouchers_giftvoucher v
        LEFT JOIN vouchers_giftvoucher later ON later.replaces_id = v.id
        {_BOOKED}
        CROSS JOIN LATERAL (
            SELECT CASE v.origin WHEN 'refund' THEN 0 ELSE v.face_minor END
                   - coalesce(later.face_minor, 0) - booked.ended
                   - (SELECT coalesce(sum(amount_minor), 0) FROM vouchers_voucherhold
                      WHERE voucher_id = v.id AND held_until = 'infinity')
                   + (SELECT coalesce(sum(voucher_minor), 0) FROM orders_orderrefund
                      WHERE voucher_id = v.id) AS minor
        ) due
        WHERE v.id > %(after)s AND v.id <= %(up_to)s
          AND (booked.minor <> due.minor OR (v.state IN ('expired', 'taken_back') AND booked.minor <> 0))
        ORDER BY v.id
        """,  # noqa: S608 - our own words
        over="vouchers_giftvoucher",
    ),
    Check(
        4,
        "what orders hold of a gift voucher is on it",
        f"""
        SELECT format('voucher %%s: %%s held of %%s', v.reference, held.minor, booked.minor)
        FROM vouchers_giftvoucher v
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(amount_minor), 0)::bigint AS minor FROM vouchers_voucherhold
            WHERE voucher_id = v.id AND held_until < 'infinity' AND held_until > inventory_now()
        ) held
        {_BOOKED}
        WHERE v.id > %(after)s AND v.id <= %(up_to)s
          AND v.state = 'live' AND held.minor > booked.minor
        ORDER BY v.id
        """,  # noqa: S608 - our own words
        over="vouchers_giftvoucher",
    ),
    Check(
        4,
        "a paid order has spent what it says of its gift voucher, and no other order has",
        """
        SELECT format('order %%s (%%s): %%s of %%s spent', o.reference, o.state, spent.minor, o.voucher_minor)
        FROM orders_order o
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(amount_minor), 0)::bigint AS minor,
                   coalesce(bool_and(voucher_id = o.voucher_id), true) AS same
            FROM vouchers_voucherhold WHERE claim = o.claim AND held_until = 'infinity'
        ) spent
        WHERE o.id > %(after)s AND o.id <= %(up_to)s
          AND (spent.same IS NOT TRUE OR spent.minor <> CASE
                WHEN o.state IN ('paid', 'completed') THEN o.voucher_minor ELSE 0 END)
        ORDER BY o.id
        """,
        over="orders_order",
    ),
    Check(
        4,
        "what is spent of a gift voucher was spent by an order",
        """
        SELECT format('%%s of voucher %%s', h.amount_minor, v.reference)
        FROM vouchers_voucherhold h
        JOIN vouchers_giftvoucher v ON v.id = h.voucher_id
        LEFT JOIN orders_order o ON o.claim = h.claim
        WHERE h.id > %(after)s AND h.id <= %(up_to)s AND h.held_until = 'infinity' AND o.id IS NULL
        ORDER BY h.id
        """,
        over="vouchers_voucherhold",
    ),
    Check(
        4,
        "what goes back onto a gift voucher was paid with one, and is in the books to the cent",
        """
        SELECT format('refund %%s of order %%s: %%s booked of %%s',
                      d.id, o.reference, booked.minor, d.voucher_minor)
        FROM orders_orderrefund d
        JOIN orders_order o ON o.id = d.order_id
        CROSS JOIN LATERAL (
            SELECT coalesce(-sum(e.amount_minor) FILTER (
                       WHERE a.code LIKE 'voucher:' || d.voucher_id || ':%%'
                   ), 0)::bigint AS minor,
                   coalesce(sum(e.amount_minor) FILTER (WHERE a.code = 'fee:platform'), 0) AS fee
            FROM ledger_posting g
            JOIN ledger_entry e ON e.posting_id = g.id
            JOIN ledger_ledgeraccount a ON a.id = e.account_id
            WHERE g.key IN ('refund_requested:refund:' || d.refund_id,
                            'refund_requested:order_refund:' || d.id)
        ) booked
        CROSS JOIN LATERAL (
            SELECT sum(voucher_minor) AS minor FROM orders_orderrefund WHERE order_id = o.id
        ) back
        WHERE d.id > %(after)s AND d.id <= %(up_to)s
          AND (booked.minor <> d.voucher_minor OR back.minor > o.voucher_minor
               OR (d.voucher_minor > 0 AND booked.fee <> d.fee_back_minor))
        ORDER BY d.id
        """,
        over="orders_orderrefund",
    ),
)
