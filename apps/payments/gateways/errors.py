"""
How calls to providers fail. The text carries codes and request ids, never secrets or bodies.

Who can act: the buyer (Declined, BuyerActionNeeded), an operator (NotPermitted, InsufficientFunds,
Invalid), time (Throttled, Unavailable), or a second look (AlreadyDone, NotFound, OutcomeUnknown).
"""

from __future__ import annotations


class GatewayError(Exception):
    """
    code: the provider's word for it; request_id: what its support asks for.

    safe_to_retry: the same key and bytes may be sent again. at_once: worth it within this call.
    """

    safe_to_retry = False
    at_once = False

    def __init__(self, code: str = "", *, request_id: str = "") -> None:
        super().__init__(f"{type(self).__name__} {code} {request_id}".strip())
        self.code, self.request_id = code, request_id


class Declined(GatewayError):
    """A final no: the buyer's payment or this refund will not be made."""


class BuyerActionNeeded(GatewayError):
    """The buyer must go (back) to the provider's page; the attempt lives on."""

    def __init__(self, code: str = "", *, request_id: str = "", url: str = "") -> None:
        super().__init__(code, request_id=request_id)
        self.url = url


class AlreadyDone(GatewayError):
    """It was done before: fetch and compare."""

    def __init__(self, code: str = "", *, request_id: str = "", url: str = "") -> None:
        super().__init__(code, request_id=request_id)
        self.url = url


class Invalid(GatewayError):
    """Our request is wrong: a bug, or a provider that changed its rules."""


class NotFound(GatewayError):
    """The provider does not know it, or not any more."""


class NotPermitted(GatewayError):
    """Credentials or settings of the account at the provider do not allow it."""


class InsufficientFunds(GatewayError):
    """Our balance at the provider does not cover it now; nothing moved."""

    safe_to_retry = True


class Throttled(GatewayError):
    """Too many calls, or the same one is still running; it was not executed."""

    safe_to_retry = True
    PATIENCE_SECONDS = 2.0

    def __init__(
        self, code: str = "", *, request_id: str = "", retry_after_seconds: float = 1.0
    ) -> None:
        super().__init__(code, request_id=request_id)
        self.retry_after_seconds = retry_after_seconds
        self.at_once = retry_after_seconds <= self.PATIENCE_SECONDS


class Unavailable(GatewayError):
    """Not executed, for sure: no connection, or a read that failed."""

    safe_to_retry = at_once = True


class OutcomeUnknown(GatewayError):
    """It may or may not have been executed: never to be taken for a failure."""

    safe_to_retry = at_once = True


class ProviderFailed(OutcomeUnknown):
    """It answered that it failed. A stored failure may be replayed for as long as its key lives."""


class WaitedInVain(OutcomeUnknown):
    """No answer in the agreed time: somebody is waiting for us, so it is asked again later."""

    at_once = False


class BadSignature(GatewayError):
    """A webhook that is not the provider's, or not meant for this shop."""


class Unsupported(GatewayError):
    """This way of paying does not take this amount, currency or request."""
