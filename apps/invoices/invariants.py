from __future__ import annotations

from apps.core.invariants import Check

# The guards of migration 0002 that must be in force.
GUARDS = [
    *(
        f"invoices_{table}_{guard}"
        for table in ("invoice", "invoiceline", "paper", "vatcheck")
        for guard in ("append_only", "no_truncate")
    ),
    "invoices_invoice_gapless",
]

CHECKS = (
    Check(
        4,
        "the numbers of a series are 1, 2, 3 and so on, as many as it counts",
        """
        SELECT format('series %%s (%%s %%s): %%s numbers up to %%s, counted %%s',
                      s.id, s.kind, s.year, there.numbers, there.highest, s.last)
        FROM invoices_series s
        CROSS JOIN LATERAL (
            SELECT count(*) AS numbers, coalesce(max(sequence), 0) AS highest,
                   coalesce(min(sequence), 1) AS lowest
            FROM invoices_invoice WHERE series_id = s.id
        ) there
        WHERE s.id > %(after)s AND s.id <= %(up_to)s
          AND (there.numbers, there.highest, there.lowest) <> (s.last, s.last, 1)
        ORDER BY s.id
        """,
        over="invoices_series",
    ),
    Check(
        4,
        "a document adds up from its lines",
        """
        SELECT format('%%s of organizer %%s', i.number, i.organizer_id)
        FROM invoices_invoice i
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(net_minor), 0) AS net, coalesce(sum(tax_minor), 0) AS tax,
                   coalesce(sum(gross_minor), 0) AS gross
            FROM invoices_invoiceline WHERE invoice_id = i.id
        ) lines
        WHERE i.id > %(after)s AND i.id <= %(up_to)s
          AND (lines.net, lines.tax, lines.gross) <> (i.net_minor, i.tax_minor, i.gross_minor)
        ORDER BY i.id
        """,
        over="invoices_invoice",
    ),
    Check(
        4,
        "what is invoiced of an order is what was paid for it, less what was given back",
        """
        SELECT format('order %%s: %%s invoiced, %%s stays paid', o.reference, told.minor,
                      o.total_minor - given.minor)
        FROM orders_order o
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(CASE kind WHEN 'invoice' THEN gross_minor ELSE -gross_minor END), 0)
                   AS minor, count(*) AS documents
            FROM invoices_invoice WHERE order_id = o.id
        ) told
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(r.amount_minor), 0) AS minor
            FROM orders_orderrefund r JOIN invoices_draft d ON d.order_refund_id = r.id
            WHERE r.order_id = o.id
        ) given
        WHERE o.id > %(after)s AND o.id <= %(up_to)s AND told.documents > 0
          AND NOT EXISTS (
            SELECT FROM invoices_draft WHERE order_id = o.id AND done_at IS NULL
          )
          AND told.minor <> o.total_minor - given.minor
        ORDER BY o.id
        """,
        over="orders_order",
    ),
    Check(
        4,
        "documents and their files are append-only and gapless: the guards are in force",
        """
        SELECT guard FROM unnest(%(guards)s::text[]) AS guard
        WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = guard AND tgenabled IN ('O', 'A'))
        """,
        values={"guards": GUARDS},
    ),
    Check(
        6,
        "a document is of the organizer of its order, and corrects one of the same order",
        """
        SELECT format('invoice %%s', i.id)
        FROM invoices_invoice i
        JOIN orders_order o ON o.id = i.order_id
        LEFT JOIN invoices_invoice r ON r.id = i.refers_to_id
        WHERE i.id > %(after)s AND i.id <= %(up_to)s
          AND (o.organizer_id <> i.organizer_id
               OR (i.refers_to_id IS NOT NULL AND r.order_id IS DISTINCT FROM i.order_id))
        ORDER BY i.id
        """,
        over="invoices_invoice",
    ),
    Check(
        7,
        "what was sold for money has its document drafted",
        """
        SELECT format('order %%s', o.reference)
        FROM outbox_delivery d
        JOIN outbox_message m ON m.id = d.message_id
        JOIN orders_order o ON m.subject = 'orders.order:' || o.id
        WHERE d.id > %(after)s AND d.id <= %(up_to)s
          AND m.topic = 'order.confirmed' AND d.state = 'done'
          AND d.handler = 'apps.invoices.subscribers.documents_due' AND o.total_minor > 0
          AND NOT EXISTS (SELECT FROM invoices_draft WHERE order_id = o.id AND kind = 'invoice')
        ORDER BY o.id
        """,
        over="outbox_delivery",
    ),
    Check(
        7,
        "what waits for a number gets it within a quarter of an hour once its issuer is complete",
        """
        SELECT format('draft %%s since %%s', d.key, d.created_at)
        FROM invoices_draft d
        JOIN invoices_legalentity e ON e.organizer_id IS NOT DISTINCT FROM
            CASE WHEN d.kind IN ('invoice', 'credit_note') THEN d.organizer_id END
        JOIN invoices_legalentity o ON o.organizer_id = d.organizer_id
        WHERE d.id > %(after)s AND d.id <= %(up_to)s AND d.done_at IS NULL
          AND greatest(d.created_at, e.complete_at, o.complete_at) < now() - interval '15 minutes'
          AND e.complete_at IS NOT NULL AND o.complete_at IS NOT NULL
        ORDER BY d.id
        """,
        over="invoices_draft",
    ),
)
