"""PayPal: our own account, the buyer on PayPal's approval page, captured by us."""

from apps.payments.gateways.paypal.amounts import check, is_set_up
from apps.payments.gateways.paypal.attempt import abandon, capture, fetch, prepare, start
from apps.payments.gateways.paypal.notice import missed, verify
from apps.payments.gateways.paypal.refund import fetch_refund, list_refunds, refund, refund_told
from apps.payments.gateways.paypal.reports import balance_lines, balances

__all__ = [
    "abandon",
    "balance_lines",
    "balances",
    "capture",
    "check",
    "fetch",
    "fetch_refund",
    "is_set_up",
    "list_refunds",
    "missed",
    "prepare",
    "refund",
    "refund_told",
    "start",
    "verify",
]
