from __future__ import annotations

from apps.sandbox.http import Route
from apps.sandbox.stripe import (
    accounts,
    accounts_v2,
    balance,
    charges,
    disputes,
    endpoints,
    events,
    intents,
    onboarding,
    paying,
    refunds,
    sessions,
    transfers,
    warnings,
)
from apps.sandbox.world import Job

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
    Route("GET", "/v1/disputes", "stripe.disputes.list", disputes.find),
    Route("GET", "/v1/disputes/{key}", "stripe.disputes.retrieve", disputes.retrieve),
    Route("POST", "/v1/disputes/{key}", "stripe.disputes.update", disputes.update),
    Route("POST", "/v1/disputes/{key}/close", "stripe.disputes.close", disputes.close),
    Route(
        "GET",
        "/v1/radar/early_fraud_warnings/{key}",
        "stripe.early_fraud_warnings.retrieve",
        warnings.retrieve,
    ),
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
    Route("POST", "/v1/transfers", "stripe.transfers.create", transfers.create),
    Route("GET", "/v1/transfers", "stripe.transfers.list", transfers.find),
    Route("GET", "/v1/transfers/{key}", "stripe.transfers.retrieve", transfers.retrieve),
    Route("POST", "/v1/transfers/{key}/reversals", "stripe.reversals.create", transfers.reverse),
    Route(
        "GET", "/v1/transfers/{key}/reversals", "stripe.reversals.list", transfers.find_reversals
    ),
    Route(
        "GET",
        "/v1/transfers/{key}/reversals/{reversal}",
        "stripe.reversals.retrieve",
        transfers.retrieve_reversal,
    ),
    Route("POST", "/v1/accounts", "stripe.accounts.create", accounts.create),
    Route("GET", "/v1/accounts/{key}", "stripe.accounts.retrieve", accounts.retrieve),
    Route("POST", "/v1/accounts/{key}", "stripe.accounts.update", accounts.update),
    Route("POST", "/v1/account_links", "stripe.account_links.create", onboarding.create),
    Route("POST", "/v2/core/accounts", "stripe.v2.accounts.create", accounts_v2.create),
    Route("GET", "/v2/core/accounts/{key}", "stripe.v2.accounts.retrieve", accounts_v2.retrieve),
    Route("POST", "/v2/core/account_links", "stripe.v2.account_links.create", onboarding.create_v2),
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

JOBS: dict[str, Job] = {
    "stripe.expire_session": sessions.end,
    "stripe.settle_charge": charges.settle,
    "stripe.clear_debit": paying.clear_debit,
    "stripe.bounce_debit": paying.bounce_debit,
    "stripe.succeed_refund": refunds.succeed,
    "stripe.fail_refund": refunds.fail,
    "stripe.activate_account": accounts.activate,
}
