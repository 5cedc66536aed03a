from __future__ import annotations

from apps.sandbox.http import Route
from apps.sandbox.paypal import (
    captures,
    certs,
    disputes,
    events,
    orders,
    payout_items,
    payouts,
    refunds,
    reporting,
    signing,
    tokens,
    webhooks,
)
from apps.sandbox.world import Job

_ORDER = "/v2/checkout/orders/{key}"
_HOOKS = "/v1/notifications/webhooks"
_EVENTS = "/v1/notifications/webhooks-events"
_ITEM = "/v1/payments/payouts-item/{key}"
_DISPUTE = "/v1/customer/disputes/{key}"

ROUTES = (
    Route("POST", "/v1/oauth2/token", "paypal.token", tokens.create),
    Route("POST", "/v2/checkout/orders", "paypal.orders.create", orders.create),
    Route("GET", _ORDER, "paypal.orders.retrieve", orders.retrieve),
    Route("POST", f"{_ORDER}/capture", "paypal.orders.capture", orders.capture),
    Route("GET", "/v2/payments/captures/{key}", "paypal.captures.retrieve", captures.retrieve),
    Route("POST", "/v2/payments/captures/{key}/refund", "paypal.captures.refund", refunds.create),
    Route("GET", "/v2/payments/refunds/{key}", "paypal.refunds.retrieve", refunds.retrieve),
    Route("POST", "/v1/payments/payouts", "paypal.payouts.create", payouts.create),
    Route("GET", "/v1/payments/payouts/{key}", "paypal.payouts.retrieve", payouts.retrieve),
    Route("GET", _ITEM, "paypal.payout_items.retrieve", payout_items.retrieve),
    Route("POST", f"{_ITEM}/cancel", "paypal.payout_items.cancel", payout_items.cancel),
    Route("GET", "/v1/customer/disputes", "paypal.disputes.list", disputes.find),
    Route("GET", _DISPUTE, "paypal.disputes.retrieve", disputes.retrieve),
    Route(
        "POST",
        f"{_DISPUTE}/provide-evidence",
        "paypal.disputes.provide_evidence",
        disputes.provide_evidence,
    ),
    Route(
        "POST", f"{_DISPUTE}/accept-claim", "paypal.disputes.accept_claim", disputes.accept_claim
    ),
    Route("GET", "/v1/reporting/balances", "paypal.reporting.balances", reporting.balances),
    Route(
        "GET", "/v1/reporting/transactions", "paypal.reporting.transactions", reporting.transactions
    ),
    Route("GET", _EVENTS, "paypal.events.list", events.find),
    Route("GET", f"{_EVENTS}/{{key}}", "paypal.events.retrieve", events.retrieve),
    Route("POST", f"{_EVENTS}/{{key}}/resend", "paypal.events.resend", events.resend),
    Route("POST", _HOOKS, "paypal.webhooks.create", webhooks.create),
    Route("GET", _HOOKS, "paypal.webhooks.list", webhooks.find),
    Route("GET", f"{_HOOKS}/{{key}}", "paypal.webhooks.retrieve", webhooks.retrieve),
    Route("DELETE", f"{_HOOKS}/{{key}}", "paypal.webhooks.delete", webhooks.delete),
    Route(
        "POST",
        "/v1/notifications/verify-webhook-signature",
        "paypal.webhooks.verify",
        signing.verify,
    ),
    Route("GET", "/v1/notifications/certs/{name}", "paypal.certs", certs.chain),
)

JOBS: dict[str, Job] = {
    "paypal.complete_capture": captures.complete,
    "paypal.deny_capture": captures.deny,
    "paypal.complete_refund": refunds.complete,
    "paypal.fail_refund": refunds.fail,
    "paypal.reverse_approval": orders.reverse_approval,
    "paypal.process_payouts": payouts.process,
    "paypal.finish_payouts": payouts.finish,
    "paypal.move_payout": payout_items.move_later,
}
