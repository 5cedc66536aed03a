"""What breaks the rules of invoices, and the rows that must then be named; see `damage.py`."""

from __future__ import annotations

INVOICES: dict[str, tuple[str, list[str]]] = {
    "the numbers of a series are 1, 2, 3 and so on, as many as it counts": (
        "UPDATE invoices_invoice SET sequence = 9 WHERE id = {invoice}",
        ["series {series} (invoice {year}): 2 numbers up to 9, counted 2"],
    ),
    "a document adds up from its lines": (
        "DELETE FROM invoices_invoiceline WHERE invoice_id = {invoice}",
        ["{number} of organizer {organizer}"],
    ),
    "what is invoiced of an order is what was paid for it, less what was given back": (
        """
        UPDATE invoices_invoice SET gross_minor = 7000, net_minor = 7000, tax_minor = 0
        WHERE id = {invoice}
        """,
        ["order {paid}: 7000 invoiced, 7600 stays paid"],
    ),
    "documents and their files are append-only and gapless: the guards are in force": (
        "ALTER TABLE invoices_invoice DISABLE TRIGGER invoices_invoice_gapless",
        ["invoices_invoice_gapless"],
    ),
    "a document is of the organizer of its order, and corrects one of the same order": (
        "UPDATE invoices_invoice SET organizer_id = {foreign_organizer} WHERE id = {invoice}",
        ["invoice {invoice}"],
    ),
    "what was sold for money has its document drafted": (
        """
        UPDATE outbox_delivery SET state = 'done'
        WHERE handler = 'apps.invoices.subscribers.documents_due' AND message_id = (
            SELECT id FROM outbox_message
            WHERE topic = 'order.confirmed' AND subject = 'orders.order:{paid_id}'
        );
        DELETE FROM invoices_draft WHERE order_id = {paid_id}
        """,
        ["order {paid}"],
    ),
    "what waits for a number gets it within a quarter of an hour once its issuer is complete": (
        """
        UPDATE invoices_legalentity SET complete_at = '2020-01-01 00:00:00+00';
        UPDATE invoices_draft SET done_at = NULL, created_at = '2020-01-01 00:00:00+00'
        WHERE order_id = {paid_id}
        """,
        ["draft order:{paid_id} since 2020-01-01 00:00:00+00"],
    ),
}
