from __future__ import annotations

from apps.sandbox.http import Route
from apps.sandbox.stripe import (
    balance,
    charges,
    endpoints,
    events,
    intents,
    paying,
    refunds,
    sessions,
)

ROUTES = (
    Route("POST", "/v1/checkout/sessions", "stripe.sessions.create", sessions.create),
    Route("GET", "/v1/checkout/sessions", "stripe.sessions.list", sessions.find),
    Route("GET", "/v1/checkout/sessions/{key}", "stripe.sessions.retrieve", sessions.retrieve),
    Route("POST", "/v1/checkout/sessions/{key}/expire", "stripe.sessions.expire", sessions.expire),
    Route(
        "GET",
        "/v1/checkout/sessions/{key}/line_items",
        "stripe.sessions.line_items",
        sessions.find_line_items,
    ),
    Route("GET", "/v1/payment_intents", "stripe.intents.list", intents.find),
    Route("GET", "/v1/payment_intents/{key}", "stripe.intents.retrieve", intents.retrieve),
    Route("GET", "/v1/charges", "stripe.charges.list", charges.find),
    Route("GET", "/v1/charges/{key}", "stripe.charges.retrieve", charges.retrieve),
    Route("POST", "/v1/refunds", "stripe.refunds.create", refunds.create),
    Route("GET", "/v1/refunds", "stripe.refunds.list", refunds.find),
    Route("GET", "/v1/refunds/{key}", "stripe.refunds.retrieve", refunds.retrieve),
    Route("GET", "/v1/balance", "stripe.balance.retrieve", balance.retrieve),
    Route(
        "GET",
        "/v1/balance_transactions",
        "stripe.balance_transactions.list",
        balance.find_transactions,
    ),
    Route(
        "GET",
        "/v1/balance_transactions/{key}",
        "stripe.balance_transactions.retrieve",
        balance.retrieve_transaction,
    ),
    Route("GET", "/v1/events", "stripe.events.list", events.find),
    Route("GET", "/v1/events/{key}", "stripe.events.retrieve", events.retrieve),
    Route("POST", "/v1/webhook_endpoints", "stripe.webhook_endpoints.create", endpoints.create),
    Route("GET", "/v1/webhook_endpoints", "stripe.webhook_endpoints.list", endpoints.find),
    Route(
        "GET",
        "/v1/webhook_endpoints/{key}",
        "stripe.webhook_endpoints.retrieve",
        endpoints.retrieve,
    ),
    Route(
        "POST", "/v1/webhook_endpoints/{key}", "stripe.webhook_endpoints.update", endpoints.update
    ),
    Route(
        "DELETE",
        "/v1/webhook_endpoints/{key}",
        "stripe.webhook_endpoints.delete",
        endpoints.delete,
    ),
)

JOBS = {
    "stripe.expire_session": sessions.end,
    "stripe.settle_charge": charges.settle,
    "stripe.clear_debit": paying.clear_debit,
    "stripe.bounce_debit": paying.bounce_debit,
    "stripe.succeed_refund": refunds.succeed,
    "stripe.fail_refund": refunds.fail,
}
