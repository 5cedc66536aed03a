"""Why buyers dispute, in words an organizer understands. Both providers' codes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_FRAUD = _("The card's owner says they did not make this payment.")
_NOT_RECEIVED = _("The buyer says they did not get what they paid for.")
_NOT_AS_DESCRIBED = _("The buyer says it was not what was promised.")
_TWICE = _("The buyer says they paid twice.")
_NO_CREDIT = _("The buyer says a refund they were owed did not come.")
_CANCELLED = _("The buyer says they had cancelled.")
_UNKNOWN = _("The buyer does not recognise the payment.")

_BY_CODE: dict[str, Promise] = {
    "fraudulent": _FRAUD,
    "UNAUTHORISED": _FRAUD,
    "product_not_received": _NOT_RECEIVED,
    "MERCHANDISE_OR_SERVICE_NOT_RECEIVED": _NOT_RECEIVED,
    "product_unacceptable": _NOT_AS_DESCRIBED,
    "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED": _NOT_AS_DESCRIBED,
    "duplicate": _TWICE,
    "DUPLICATE_TRANSACTION": _TWICE,
    "PAYMENT_BY_OTHER_MEANS": _TWICE,
    "credit_not_processed": _NO_CREDIT,
    "CREDIT_NOT_PROCESSED": _NO_CREDIT,
    "subscription_canceled": _CANCELLED,
    "CANCELED_RECURRING_BILLING": _CANCELLED,
    "unrecognized": _UNKNOWN,
    "INCORRECT_AMOUNT": _("The buyer says the amount is wrong."),
    "REVERSED": _("The buyer's bank took the payment back."),
}


def explain(reason: str) -> Promise:
    return _BY_CODE.get(reason, _("The buyer's bank disputes the payment."))
