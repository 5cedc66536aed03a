"""For every check of the reconciliation: what breaks its rule. See `damage.py`."""

from __future__ import annotations

DAMAGE_OF_CASES: dict[str, tuple[str, list[str]]] = {
    # 4: money
    "a bank transfer is in the books, once and to the cent": (
        """
        INSERT INTO reconciliation_banktransfer
            (id, provider, amount_minor, currency, moved_on, note, key, actor, created_at)
        VALUES (7, 'stripe', 500, 'EUR', '2026-11-21', '', gen_random_uuid(), 'user:1', now())
        """,
        ["bank transfer 7: 500, booked 0"],
    ),
    "a correction in the books was accepted by somebody": (
        """
        INSERT INTO ledger_posting (kind, key, subject, lines, at)
        VALUES ('correction', 'correction:fee_differs:payments.payment:7', 'payments.payment:7', 2, now())
        """,
        ["posting correction:fee_differs:payments.payment:7"],
    ),
    # 7: nothing is forgotten
    "no case is forgotten half mended": (
        """
        INSERT INTO reconciliation_case (id, kind, subject, state, provider, amount_minor, currency,
            story, fix, found_at, last_seen_at, closed_by)
        VALUES (7, 'fee_unknown', 'payments.payment:7', 'fixing', 'stripe', 1, 'EUR', '{{}}', 'ask',
            now(), now(), '')
        """,
        ["case 7 is being mended since "],
    ),
    "what is done about cases and bank transfers is append-only: the guards are in force": (
        "ALTER TABLE reconciliation_caseact DISABLE TRIGGER reconciliation_caseact_append_only",
        ["reconciliation_caseact_append_only"],
    ),
}
