"""
Many paid orders, made of one that was really bought: every row that belongs to it, copied with new
names, so that the books of all of them are as whole as those of the first. At the provider the
sandbox copies the payment by the same rule: each name gets an end, X1, X2, and so on.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from apps.orders.models import Order
from apps.payments.models import Payment

# By %(step)s times the number of the copy, so that what belongs together still does.
_TABLES = (
    "orders_order",
    "orders_orderline",
    "payments_payment",
    "orders_orderpayment",
    "tickets_ticket",
    "orders_unit",
    "orders_unitplace",
    "ledger_posting",
    "ledger_entry",
)
_LARGEST = "(SELECT coalesce(max(id), 0) FROM {table})"
_GO_ON = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
_ROWS = """
    INSERT INTO {table} SELECT copy.* FROM {table} r, generate_series(1, %(count)s) n, {copy}
    WHERE {which}
"""
_COPY = "jsonb_populate_record(r, jsonb_build_object('id', r.id + n * %(step)s, {changes})) copy"

_ORDER = """
    'reference', 'X' || n, 'claim', md5(r.claim::text || n)::uuid,
    'buyer', 'browser:' || md5(r.buyer || n)::uuid
"""
_PAYMENT = """
    'reference', r.reference || 'X' || n, 'purpose', 'orders.order:' || %(order)s + n * %(step)s,
    'provider_id', r.provider_id || 'X' || n,
    'ids', (SELECT jsonb_object_agg(key, value || 'X' || n) FROM jsonb_each_text(r.ids))
"""
_PLACES = """
    WITH free AS (
        SELECT id, quota_id, row_number() OVER (PARTITION BY quota_id ORDER BY number) n
        FROM inventory_place WHERE event_id = %(event)s AND claimed_until = '-infinity'
    ), given AS (
        INSERT INTO orders_unitplace (id, unit_id, place_id)
        SELECT held.id + n * %(step)s, held.unit_id + n * %(step)s, free.id
        FROM orders_unitplace held
        JOIN orders_unit u ON u.id = held.unit_id
        JOIN orders_orderline l ON l.id = u.line_id
        JOIN inventory_place p ON p.id = held.place_id
        JOIN free USING (quota_id)
        WHERE l.order_id = %(order)s AND n <= %(count)s
        RETURNING unit_id, place_id
    )
    UPDATE inventory_place p SET claimed_until = 'infinity', claim = o.claim
    FROM given
    JOIN orders_unit u ON u.id = given.unit_id
    JOIN orders_orderline l ON l.id = u.line_id
    JOIN orders_order o ON o.id = l.order_id
    WHERE p.id = given.place_id
"""
_POSTING = """
    'key', substring(r.key from '^.*:') || substring(r.key from '[0-9]+$')::bigint + n * %(step)s,
    'subject', 'orders.order:' || %(order)s + n * %(step)s
"""
_LINES = "SELECT id FROM orders_orderline WHERE order_id = %(order)s"
_TICKETS = """
    SELECT u.ticket_id FROM orders_unit u
    JOIN orders_orderline l ON l.id = u.line_id WHERE l.order_id = %(order)s
"""
# Thousands of postings are not checked one by one: what they are copies of is whole.
_UNCHECKED = "SET LOCAL session_replication_role = replica"
_CHECKED = "SET LOCAL session_replication_role = origin"
# One statement: a posting must be whole when its statement ends.
_BOOKS = """
    WITH posted AS (
        INSERT INTO ledger_posting
        SELECT copy.* FROM ledger_posting r, generate_series(1, %(count)s) n, {posting}
        WHERE r.subject = %(subject)s
    )
    INSERT INTO ledger_entry
    SELECT copy.* FROM ledger_posting p JOIN ledger_entry r ON r.posting_id = p.id,
        generate_series(1, %(count)s) n, {entry}
    WHERE p.subject = %(subject)s
"""


def copy_order(order: Order, payment: Payment, count: int) -> None:
    """
    Of an order of one ticket, paid by this payment, with room for so many more.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        values: dict[str, Any] = {
            "order": order.pk,
            "subject": order.subject,
            "event": order.event_id,
            "payment": payment.pk,
            "count": count,
            "step": _beyond_all(cursor),
        }
        for statement in _statements():
            cursor.execute(statement, values)
        for table in _TABLES:
            cursor.execute(_GO_ON.format(table=table))


def _statements() -> list[str]:
    return [
        _rows("orders_order", _ORDER, "r.id = %(order)s"),
        _rows("orders_orderline", _moved("order_id"), "r.order_id = %(order)s"),
        _rows("payments_payment", _PAYMENT, "r.id = %(payment)s"),
        _rows(
            "orders_orderpayment", _moved("order_id", "payment_id"), "r.payment_id = %(payment)s"
        ),
        _rows("tickets_ticket", "'reference', 'X' || n", f"r.id IN ({_TICKETS})"),
        _rows("orders_unit", _moved("line_id", "ticket_id"), f"r.line_id IN ({_LINES})"),
        _PLACES,
        _UNCHECKED,
        _BOOKS.format(
            posting=_COPY.format(changes=_POSTING),
            entry=_COPY.format(changes=_moved("posting_id")),
        ),
        _CHECKED,
    ]


def _rows(table: str, changes: str, which: str) -> str:
    return _ROWS.format(table=table, copy=_COPY.format(changes=changes), which=which)


def _moved(*names: str) -> str:
    return ", ".join(f"'{name}', r.{name} + n * %(step)s" for name in names)


def _beyond_all(cursor: Any) -> int:
    """A step after which no id of the copied tables is met again."""
    ids = ", ".join(_LARGEST.format(table=table) for table in _TABLES)
    cursor.execute(f"SELECT greatest({ids}) + 1")
    return int(cursor.fetchone()[0])
