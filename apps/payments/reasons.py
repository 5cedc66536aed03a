"""Why a payment did not work, for the buyer. Providers' codes say more than a buyer should read."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_OTHER_MEANS = _("The payment method was declined. Choose another one and try again.")
_NOT_THIS_PROVIDER = _("The provider refused this payment.")
_NOT_APPROVED = _("The payment was not confirmed. You can go back and finish it.")

_BY_CODE: dict[str, Promise] = {
    "INSTRUMENT_DECLINED": _OTHER_MEANS,
    "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING": _OTHER_MEANS,
    "PAYER_ACTION_REQUIRED": _NOT_APPROVED,
    "ORDER_NOT_APPROVED": _NOT_APPROVED,
    "PAYER_CANNOT_PAY": _NOT_THIS_PROVIDER,
    "PAYER_ACCOUNT_RESTRICTED": _NOT_THIS_PROVIDER,
    "PAYER_ACCOUNT_LOCKED_OR_CLOSED": _NOT_THIS_PROVIDER,
    "card_declined": _OTHER_MEANS,
    "expired_card": _("The card has expired. Choose another one and try again."),
    "insufficient_funds": _OTHER_MEANS,
    "COMPLIANCE_VIOLATION": _NOT_THIS_PROVIDER,
    "TRANSACTION_REFUSED": _NOT_THIS_PROVIDER,
    "ECHECK": _("Your bank needs a few days to send the money."),
    "PENDING_REVIEW": _("The provider is checking the payment."),
}


def explain(reason: str) -> Promise | None:
    """A sentence for `Payment.reason`; None when there is nothing to say that helps."""
    return _BY_CODE.get(reason)
