from __future__ import annotations

from apps.sandbox.http import Route
from apps.sandbox.paypal import captures, certs, orders, refunds, signing, tokens, webhooks

_ORDER = "/v2/checkout/orders/{key}"
_HOOKS = "/v1/notifications/webhooks"

ROUTES = (
    Route("POST", "/v1/oauth2/token", "paypal.token", tokens.create),
    Route("POST", "/v2/checkout/orders", "paypal.orders.create", orders.create),
    Route("GET", _ORDER, "paypal.orders.retrieve", orders.retrieve),
    Route("POST", f"{_ORDER}/capture", "paypal.orders.capture", orders.capture),
    Route("GET", "/v2/payments/captures/{key}", "paypal.captures.retrieve", captures.retrieve),
    Route("POST", "/v2/payments/captures/{key}/refund", "paypal.captures.refund", refunds.create),
    Route("GET", "/v2/payments/refunds/{key}", "paypal.refunds.retrieve", refunds.retrieve),
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

JOBS = {
    "paypal.complete_capture": captures.complete,
    "paypal.deny_capture": captures.deny,
    "paypal.complete_refund": refunds.complete,
    "paypal.fail_refund": refunds.fail,
    "paypal.reverse_approval": orders.reverse_approval,
}
