"""Payouts: what left, what it cost, what came back."""

from __future__ import annotations

from apps.payments.gateways.base import Kind
from apps.payouts.services.send import RESEND_WITHIN
from apps.reconciliation.detectors.base import Detector

_OUT = "('held', 'unclaimed', 'paid', 'returned')"
_MAY_LEAVE_WITHIN = (
    f"CASE p.provider WHEN 'stripe' THEN interval '{RESEND_WITHIN[Kind.STRIPE].total_seconds()} seconds'"
    f" ELSE interval '{RESEND_WITHIN[Kind.PAYPAL].total_seconds()} seconds' END"
)

# What left differs from what was booked, in sum or fee.
ITEM = Detector(
    f"""
    SELECT 'payouts.payout:' || p.id, p.provider, p.currency,
           l.gross + l.fee - p.amount_minor - p.fee_minor,
           json_build_object('told', 'item', 'payout', p.id, 'name', p.reference,
                             'ours', p.amount_minor, 'theirs', l.gross, 'our_fee', p.fee_minor,
                             'their_fee', l.fee, 'their_currency', l.currency, 'when', l.at)
    FROM payouts_payout p
    CROSS JOIN LATERAL (
        SELECT -sum(gross_minor)::bigint AS gross, sum(fee_minor)::bigint AS fee,
               max(currency) AS currency, max(at) AS at
        FROM reconciliation_balanceline WHERE payout_id = p.id AND kind = 'payout'
    ) l
    WHERE p.id > %(after)s AND p.id <= %(up_to)s AND p.state IN {_OUT} AND l.at < %(young)s
      AND (l.gross, l.fee, l.currency) <> (p.amount_minor, p.fee_minor, p.currency)
      AND NOT EXISTS (
        SELECT FROM ledger_posting WHERE key = 'correction:payout_differs:payouts.payout:' || p.id
      )
    ORDER BY p.id
    """,  # noqa: S608 - our own words
    over="payouts_payout",
)

# What came back of a payout, all in all.
_CAME_BACK = """
    SELECT sum(net_minor)::bigint AS minor, max(at) AS at FROM reconciliation_balanceline
    WHERE payout_id = p.id AND kind = 'payout_back' AND currency = p.currency
"""

# The statement and our row say different things of where the money is.
STATE = Detector(
    f"""
    SELECT 'payouts.payout:' || p.id, p.provider, p.currency, p.amount_minor,
           json_build_object('told', CASE l.kind WHEN 'payout' THEN 'left' ELSE 'back' END,
                             'payout', p.id, 'name', p.reference, 'state', p.state, 'when', l.at)
    FROM payouts_payout p
    JOIN reconciliation_balanceline l ON l.payout_id = p.id AND l.at < %(young)s
      AND CASE l.kind WHEN 'payout' THEN p.state NOT IN {_OUT} AND p.state <> 'in_transit'
          ELSE p.state IN ('held', 'unclaimed', 'paid') END
    CROSS JOIN LATERAL ({_CAME_BACK}) back
    WHERE p.id > %(after)s AND p.id <= %(up_to)s
      AND (l.kind = 'payout' OR back.minor >= p.amount_minor)
    ORDER BY p.id
    """,  # noqa: S608 - our own words
    over="payouts_payout",
)

# Somebody took a part back in the provider's dashboard: the payout stays paid, and a person says whose that is.
PART_BACK = Detector(
    f"""
    SELECT 'payouts.payout:' || p.id, p.provider, p.currency, back.minor,
           json_build_object('told', 'part_back', 'payout', p.id, 'name', p.reference,
                             'state', p.state, 'when', back.at)
    FROM payouts_payout p
    CROSS JOIN LATERAL ({_CAME_BACK}) back
    WHERE p.id > %(after)s AND p.id <= %(up_to)s AND p.state IN ('held', 'unclaimed', 'paid')
      AND back.minor > 0 AND back.minor < p.amount_minor AND back.at < %(young)s
      AND NOT EXISTS (
        SELECT FROM ledger_posting WHERE key = 'correction:payout_differs:payouts.payout:' || p.id
      )
    ORDER BY p.id
    """,  # noqa: S608 - our own words
    over="payouts_payout",
)

NOT_THERE = Detector(
    f"""
    SELECT 'payouts.payout:' || p.id, p.provider, p.currency, p.amount_minor,
           json_build_object('told', 'not_there', 'payout', p.id, 'name', p.reference,
                             'our_fee', p.fee_minor, 'when', out.at)
    FROM payouts_payout p
    JOIN LATERAL (
        SELECT max(at) AS at FROM core_statechange
        WHERE subject = 'payouts.payout' AND subject_id = p.id AND target IN {_OUT}
    ) out ON true
    JOIN covered c ON c.provider = p.provider AND p.sent_at >= c.since AND out.at < c.until
    WHERE p.id > %(after)s AND p.id <= %(up_to)s AND p.state IN {_OUT}
      AND NOT EXISTS (
        SELECT FROM reconciliation_balanceline l WHERE l.payout_id = p.id AND l.kind = 'payout'
      )
      AND NOT EXISTS (
        SELECT FROM ledger_posting WHERE key = 'correction:payout_differs:payouts.payout:' || p.id
      )
    ORDER BY p.id
    """,  # noqa: S608 - our own words
    over="payouts_payout",
)

# Nobody knows, and asking again might pay it twice: `payouts/services/resolve.py`. When the statement of
# all the time in which it may have left is known and has neither it nor one that nobody knows, it never left.
UNKNOWN = Detector(
    f"""
    SELECT 'payouts.payout:' || p.id, p.provider, p.currency, p.amount_minor,
           json_build_object('told', 'unknown', 'payout', p.id, 'name', p.reference,
                             'when', p.sent_at, 'absent', EXISTS (
                                SELECT FROM covered c
                                WHERE c.provider = p.provider AND p.sent_at >= c.since
                                  AND p.sent_at + {_MAY_LEAVE_WITHIN} < c.until
                             ) AND NOT EXISTS (
                                SELECT FROM reconciliation_balanceline l
                                WHERE l.payout_id = p.id
                                   OR (l.payout_id IS NULL AND l.kind = 'payout'
                                       AND l.provider = p.provider AND l.at >= p.sent_at - interval '1 hour')
                             ))
    FROM payouts_payout p
    WHERE p.id > %(after)s AND p.id <= %(up_to)s
      AND p.outcome_unknown AND p.next_poll_at IS NULL
    ORDER BY p.id
    """,  # noqa: S608 - our own words
    over="payouts_payout",
    own="unknown",
)
