"""What is known to be in a provider's balance and not in our books, or the other way round."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import connection

from apps.reconciliation.coverage import Coverage

_OUT = "('held', 'unclaimed', 'paid', 'returned')"

# Each line less what was booked of it, and what was booked without a line. Corrections are in the
# books: what they put right is left out. Young or old does not matter here: all of it is known.
_KNOWN = f"""
    WITH corrected AS (
        SELECT substr(key, length('correction:') + 1) AS what FROM ledger_posting
        WHERE kind = 'correction'
    ), part AS (
        SELECT l.currency, sum(l.net_minor - CASE
            WHEN l.kind = 'payment' AND p.state = 'captured' AND p.currency = l.currency
                THEN p.amount_minor - coalesce(p.fee_minor, 0)
            WHEN l.kind = 'refund' AND r.state = 'succeeded'
                THEN r.fee_returned_minor - r.amount_minor
            WHEN l.kind = 'payout' AND o.state IN {_OUT} THEN -o.amount_minor - o.fee_minor
            WHEN l.kind = 'payout_back' AND o.state = 'returned' THEN o.amount_minor
            WHEN l.transfer_id IS NOT NULL THEN l.net_minor
            WHEN l.kind = 'dispute' AND EXISTS (
                SELECT FROM payments_dispute d WHERE d.payment_id = l.payment_id
            ) THEN l.net_minor
            ELSE 0 END)::bigint AS minor
        FROM reconciliation_balanceline l
        LEFT JOIN payments_payment p ON p.id = l.payment_id
        LEFT JOIN payments_refund r ON r.id = l.refund_id
        LEFT JOIN payouts_payout o ON o.id = l.payout_id
        WHERE l.provider = %(provider)s AND NOT EXISTS (
            SELECT FROM corrected WHERE what IN (
                'unknown_money:reconciliation.balanceline:' || l.id,
                'refund_missing:reconciliation.balanceline:' || l.id,
                'amount_differs:payments.payment:' || l.payment_id,
                'fee_differs:payments.payment:' || l.payment_id,
                'amount_differs:payments.refund:' || l.refund_id,
                'payout_differs:payouts.payout:' || l.payout_id
            )
        )
        GROUP BY l.currency
        UNION ALL
        SELECT p.currency, -sum(p.amount_minor - coalesce(p.fee_minor, 0))::bigint
        FROM payments_payment p
        WHERE p.provider = %(provider)s AND p.state = 'captured' AND p.captured_at >= %(since)s
          AND NOT EXISTS (
            SELECT FROM reconciliation_balanceline l
            WHERE l.payment_id = p.id AND l.kind = 'payment' AND l.currency = p.currency
          )
          AND NOT EXISTS (
            SELECT FROM corrected WHERE what IN (
                'order_without_money:payments.payment:' || p.id,
                'amount_differs:payments.payment:' || p.id
            )
          )
        GROUP BY p.currency
        UNION ALL
        SELECT p.currency, sum(r.amount_minor - r.fee_returned_minor)::bigint
        FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id
        WHERE p.provider = %(provider)s AND r.state = 'succeeded' AND r.created_at >= %(since)s
          AND NOT EXISTS (
            SELECT FROM reconciliation_balanceline l WHERE l.refund_id = r.id AND l.kind = 'refund'
          )
          AND NOT EXISTS (
            SELECT FROM corrected WHERE what = 'refund_missing:payments.refund:' || r.id
          )
        GROUP BY p.currency
        UNION ALL
        SELECT o.currency, sum(CASE WHEN o.state = 'returned' THEN 0 ELSE o.amount_minor END
                               + o.fee_minor)::bigint
        FROM payouts_payout o
        WHERE o.provider = %(provider)s AND o.state IN {_OUT} AND o.sent_at >= %(since)s
          AND NOT EXISTS (
            SELECT FROM reconciliation_balanceline l WHERE l.payout_id = o.id AND l.kind = 'payout'
          )
          AND NOT EXISTS (
            SELECT FROM corrected WHERE what = 'payout_differs:payouts.payout:' || o.id
          )
        GROUP BY o.currency
        UNION ALL
        SELECT o.currency, -sum(o.amount_minor)::bigint
        FROM payouts_payout o
        WHERE o.provider = %(provider)s AND o.state = 'returned' AND o.sent_at >= %(since)s
          AND EXISTS (
            SELECT FROM reconciliation_balanceline l WHERE l.payout_id = o.id AND l.kind = 'payout'
          )
          AND NOT EXISTS (
            SELECT FROM reconciliation_balanceline l
            WHERE l.payout_id = o.id AND l.kind = 'payout_back'
          )
        GROUP BY o.currency
        UNION ALL
        SELECT t.currency, sum(t.amount_minor)::bigint
        FROM reconciliation_banktransfer t
        WHERE t.provider = %(provider)s AND t.moved_on >= %(since)s::date
          AND NOT EXISTS (SELECT FROM reconciliation_balanceline l WHERE l.transfer_id = t.id)
        GROUP BY t.currency
    )
    SELECT currency, sum(minor)::bigint FROM part GROUP BY currency
"""  # noqa: S608 - our own words


def known_differences(coverage: Coverage) -> Counter[str]:
    """By currency: how much more the provider has than our books, as far as we can name it."""
    values: dict[str, Any] = {"provider": coverage.provider, "since": coverage.since}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, values)
        return Counter(dict(cursor.fetchall()))
