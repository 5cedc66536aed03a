from __future__ import annotations

from apps.core.invariants import Check, in_force

GUARDS = [
    f"{table}_{guard}"
    for table in ("reconciliation_caseact", "reconciliation_banktransfer")
    for guard in ("append_only", "no_truncate")
]

CHECKS = (
    Check(
        4,
        "a bank transfer is in the books, once and to the cent",
        """
        SELECT format('bank transfer %%s: %%s, booked %%s', t.id, t.amount_minor, booked.minor)
        FROM reconciliation_banktransfer t
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(e.amount_minor), 0) AS minor
            FROM ledger_posting g JOIN ledger_entry e ON e.posting_id = g.id
            JOIN ledger_ledgeraccount a ON a.id = e.account_id
            WHERE g.key = 'bank_transfer:transfer:' || t.id
              AND a.code = 'bank' AND a.currency = t.currency
        ) booked
        WHERE t.id > %(after)s AND t.id <= %(up_to)s AND booked.minor <> t.amount_minor
        ORDER BY t.id
        """,
        over="reconciliation_banktransfer",
    ),
    Check(
        4,
        "a correction in the books was accepted by somebody",
        """
        SELECT format('posting %%s', g.key) FROM ledger_posting g
        WHERE g.id > %(after)s AND g.id <= %(up_to)s AND g.kind = 'correction'
          AND NOT EXISTS (
            SELECT FROM reconciliation_case c JOIN reconciliation_caseact a ON a.case_id = c.id
            WHERE a.deed = 'accepted'
              AND regexp_replace(g.key, ':fee$', '') = 'correction:' || c.kind || ':' || CASE c.kind
                WHEN 'balance_differs' THEN 'reading:' || split_part(g.key, ':', 4) ELSE c.subject END
          )
        ORDER BY g.id
        """,
        over="ledger_posting",
    ),
    in_force(
        7,
        "what is done about cases and bank transfers is append-only: the guards are in force",
        GUARDS,
    ),
    Check(
        7,
        "no case is forgotten half mended",
        """
        SELECT format('case %%s is being mended since %%s', c.id, act.at)
        FROM reconciliation_case c
        CROSS JOIN LATERAL (
            SELECT max(at) AS at FROM reconciliation_caseact WHERE case_id = c.id AND deed = 'accepted'
        ) act
        WHERE c.id > %(after)s AND c.id <= %(up_to)s AND c.state = 'fixing'
          AND (act.at IS NULL OR act.at < now() - interval '1 day')
        ORDER BY c.id
        """,
        over="reconciliation_case",
    ),
)
