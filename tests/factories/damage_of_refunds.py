"""What breaks the rules of refunds; see `damage.py`."""

from __future__ import annotations

REFUNDS: dict[str, tuple[str, list[str]]] = {
    "a ticket died for its money if and only if somebody decided to give it back": (
        "DELETE FROM orders_orderrefundline WHERE unit_id = {dead_unit}",
        ["unit {dead_unit}: ticket {dead_ticket} is refunded"],
    ),
    "the lines of a refund add up to it, and are of its order": (
        "UPDATE orders_orderrefund SET amount_minor = 3801 WHERE id = {decided}",
        ["refund {decided} of order {given_back}"],
    ),
    "no line gives back more than was paid for it, nor more of its tax": (
        "UPDATE orders_orderrefundline SET kept_minor = 1 WHERE unit_id = {dead_unit}",
        ["line {dead_line}: 3800 of 3800 given back, kept 1"],
    ),
    "what goes back of a sale was decided, and is in the books with its fee, to the cent": (
        "UPDATE orders_orderrefund SET fee_back_minor = 189 WHERE id = {decided}",
        [
            (
                "refund {refund} of payment {refunded_payment}:"
                " 3800 and fee 190 booked, 3800 and fee 189 decided"
            ),
        ],
    ),
    "money is given back on the payment that bought the order": (
        "UPDATE orders_orderrefund SET order_id = {paid_id} WHERE id = {decided}",
        ["refund {decided} of order {paid}"],
    ),
    "refunds of orders are append-only: their guards are in force": (
        "ALTER TABLE orders_orderrefundline DISABLE TRIGGER orders_orderrefundline_append_only",
        ["orders_orderrefundline_append_only"],
    ),
    "a refund that arrived is in the books": (
        "DELETE FROM ledger_posting WHERE key = 'refund_confirmed:refund:{refund}'",
        ["refund {refund} of payment {refunded_payment}"],
    ),
    "a refund that failed is owed to the buyer": (
        "UPDATE payments_refund SET state = 'failed' WHERE id = {refund}",
        ["refund {refund} is failed"],
    ),
    "refunds and disputes of a payment take no more than was captured": (
        "UPDATE payments_refund SET amount_minor = 3801 WHERE id = {refund}",
        ["payment {refunded_payment}: 3801 refunded, 0 disputed of 3800"],
    ),
    "what goes back was taken out of somebody's books once, to the cent": (
        "UPDATE payments_refund SET amount_minor = 3799 WHERE id = {refund}",
        ["refund {refund} of payment {refunded_payment} (succeeded): 3800 booked of 3799"],
    ),
}
