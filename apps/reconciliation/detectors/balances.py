"""What moved a balance and is about nothing of ours, and balances as a whole."""

from __future__ import annotations

from apps.reconciliation.detectors.base import Detector

UNKNOWN_LINE = Detector(
    """
    SELECT 'reconciliation.balanceline:' || l.id, l.provider, l.currency, l.net_minor,
           json_build_object('told', l.kind, 'line', l.id, 'line_name', l.provider_id,
                             'type', l.type, 'source', l.source, 'payment', l.payment_id,
                             'when', l.at)
    FROM reconciliation_balanceline l
    WHERE l.id > %(after)s AND l.id <= %(up_to)s AND l.at < %(young)s AND l.net_minor <> 0
      AND CASE l.kind
          WHEN 'payment' THEN l.payment_id IS NULL
          WHEN 'refund' THEN l.payment_id IS NULL
          WHEN 'refund_back' THEN l.payment_id IS NULL
          WHEN 'payout' THEN l.payout_id IS NULL
          WHEN 'payout_back' THEN l.payout_id IS NULL
          WHEN 'bank' THEN l.transfer_id IS NULL
          WHEN 'dispute' THEN NOT EXISTS (
            SELECT FROM payments_dispute d WHERE d.payment_id = l.payment_id
          )
          ELSE true
      END
      AND NOT EXISTS (
        SELECT FROM ledger_posting
        WHERE key = 'correction:unknown_money:reconciliation.balanceline:' || l.id
      )
    ORDER BY l.id
    """,
    over="reconciliation_balanceline",
)

# The same sum in two readings that are hours apart: what is on its way differs from one to the next.
WHOLE = Detector(
    """
    SELECT format('balance:%%s:%%s', last.provider, last.currency), last.provider, last.currency,
           last.unexplained_minor,
           json_build_object('told', 'balance', 'reading', last.id, 'ours', last.ours_minor,
                             'theirs', last.theirs_minor, 'when', last.at)
    FROM (SELECT DISTINCT provider, currency FROM reconciliation_balancereading) known
    CROSS JOIN LATERAL (
        SELECT * FROM reconciliation_balancereading
        WHERE (provider, currency) = (known.provider, known.currency) ORDER BY id DESC LIMIT 1
    ) last
    CROSS JOIN LATERAL (
        SELECT unexplained_minor FROM reconciliation_balancereading
        WHERE (provider, currency) = (known.provider, known.currency) AND id < last.id
          AND at <= last.at - %(apart)s
        ORDER BY id DESC LIMIT 1
    ) before
    WHERE last.unexplained_minor <> 0 AND last.unexplained_minor = before.unexplained_minor
      AND NOT EXISTS (
        SELECT FROM ledger_posting WHERE key = 'correction:balance_differs:reading:' || last.id
      )
    ORDER BY 1
    """,
)
