"""PayPal's refusals, by the `issue` in their details, in our words."""

from __future__ import annotations

from typing import Any

from apps.core.http_client import Reply
from apps.payments.gateways import errors

_ISSUES: dict[str, type[errors.GatewayError]] = {
    "ORDER_ALREADY_CAPTURED": errors.AlreadyDone,
    "CAPTURE_FULLY_REFUNDED": errors.AlreadyDone,
    "REFUND_AMOUNT_EXCEEDED": errors.AlreadyDone,
    "DUPLICATE_INVOICE_ID": errors.AlreadyDone,
    "ORDER_NOT_APPROVED": errors.BuyerActionNeeded,
    "INSTRUMENT_DECLINED": errors.BuyerActionNeeded,
    "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING": errors.BuyerActionNeeded,
    "PAYER_ACTION_REQUIRED": errors.BuyerActionNeeded,
    "COMPLIANCE_VIOLATION": errors.Declined,
    "PAYER_CANNOT_PAY": errors.Declined,
    "TRANSACTION_REFUSED": errors.Declined,
    "PAYER_ACCOUNT_LOCKED_OR_CLOSED": errors.Declined,
    "PAYER_ACCOUNT_RESTRICTED": errors.Declined,
    "TRANSACTION_DISPUTED": errors.Declined,
    "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK": errors.Declined,
    "REFUND_TIME_LIMIT_EXCEEDED": errors.Declined,
    "PENDING_CAPTURE": errors.InsufficientFunds,  # wait: the money is not ours yet
    "REFUND_FAILED_INSUFFICIENT_FUNDS": errors.InsufficientFunds,
    "INSUFFICIENT_FUNDS": errors.InsufficientFunds,
    "USER_BUSINESS_ERROR": errors.AlreadyDone,  # this sender_batch_id was used
    "PREVIOUS_REQUEST_IN_PROGRESS": errors.Throttled,
    "RATE_LIMIT_REACHED": errors.Throttled,
    "RESOURCE_NOT_FOUND": errors.NotFound,
    "INVALID_RESOURCE_ID": errors.NotFound,
}
_STATUSES: dict[int, type[errors.GatewayError]] = {
    401: errors.NotPermitted,
    403: errors.NotPermitted,
    404: errors.NotFound,
    409: errors.Throttled,  # the same request is still running
    429: errors.Throttled,
}
_BUYER_LINKS = ("payer-action", "redirect", "approve")


def refusal(reply: Reply, *, writing: bool) -> errors.GatewayError:
    answer = _answer(reply)
    debug_id = str(answer.get("debug_id") or reply.headers.get("paypal-debug-id", ""))
    if reply.status >= 500:
        unclear = errors.ProviderFailed if writing else errors.Unavailable
        return unclear(str(answer.get("name") or reply.status), request_id=debug_id)
    details = [detail for detail in answer.get("details") or [] if isinstance(detail, dict)]
    issue = next((str(d["issue"]) for d in details if d.get("issue")), "")
    code = issue or str(answer.get("name") or reply.status)
    kind = (
        _ISSUES.get(issue)
        or _ISSUES.get(str(answer.get("name")))
        or _STATUSES.get(reply.status, errors.Invalid)
    )
    if kind is errors.BuyerActionNeeded:
        return errors.BuyerActionNeeded(code, request_id=debug_id, url=_buyer_link(answer))
    if kind is errors.AlreadyDone:
        return errors.AlreadyDone(code, request_id=debug_id, url=_first_link(details))
    if kind is errors.Throttled:
        seconds = reply.headers.get("retry-after", "1")
        return errors.Throttled(
            code,
            request_id=debug_id,
            retry_after_seconds=float(seconds) if seconds.isdigit() else 1.0,
        )
    return kind(code, request_id=debug_id)


def _answer(reply: Reply) -> dict[str, Any]:
    try:
        answer = reply.json()
    except ValueError:  # a proxy's page
        return {}
    return answer if isinstance(answer, dict) else {}


def _buyer_link(answer: dict[str, Any]) -> str:
    links = {link.get("rel"): link.get("href") for link in answer.get("links") or []}
    return next((str(links[rel]) for rel in _BUYER_LINKS if links.get(rel)), "")


def _first_link(details: list[dict[str, Any]]) -> str:
    """Payouts name the batch that was made first: details[0].link[0].href (or links)."""
    for detail in details:
        for link in detail.get("link") or detail.get("links") or []:
            if link.get("href"):
                return str(link["href"])
    return ""
