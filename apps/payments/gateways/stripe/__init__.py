"""Stripe: separate charges and transfers, the buyer on Stripe's hosted page."""

from apps.payments.gateways.stripe.amounts import check, is_set_up
from apps.payments.gateways.stripe.attempt import abandon, capture, fetch, prepare, start
from apps.payments.gateways.stripe.notice import missed, verify
from apps.payments.gateways.stripe.refund import fetch_refund, list_refunds, refund, refund_told
from apps.payments.gateways.stripe.reports import balance_lines, balances

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
