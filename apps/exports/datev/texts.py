"""What a booking says of itself: in German, as the rest of the file is."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_noop

_OF_KIND = {
    "sale": gettext_noop("Sale"),
    "unapplied_applied": gettext_noop("Sale"),
    "own_sale": gettext_noop("Sale at the box office"),
    "refund_requested": gettext_noop("Refund"),
    "own_refund": gettext_noop("Refund at the box office"),
    "dispute_lost": gettext_noop("Lost dispute"),
    "payout_approved": gettext_noop("Payout"),
    "payout_failed": gettext_noop("Payout that was not sent"),
    "payout_returned": gettext_noop("Payout that came back"),
    "voucher_issued": gettext_noop("Gift voucher issued"),
    "voucher_expired": gettext_noop("Rest of a gift voucher that is over"),
    "voucher_taken_back": gettext_noop("Gift voucher taken back"),
    "till_moved": gettext_noop("Cash put into a till, or taken out"),
    "till_closed": gettext_noop("Closing of a till"),
}
_DISCOUNT = gettext_noop("Discount")
# These say what of the fact is booked.
_OF_PART = {
    "fee": gettext_noop("Fee of the platform"),
    "provider": gettext_noop("Fee of the payment provider"),
    "difference": gettext_noop("Difference of a till"),
    "voucher": gettext_noop("Gift voucher"),
    "rest": gettext_noop("To be clarified"),
}


def text_of(kind: str, part: str, document: str) -> str:
    """part: what of the fact: a tax rate, or one of the words above."""
    with translation.override("de"):
        if part in _OF_PART:
            return f"{_now(_OF_PART[part])} {document}"
        words = _now(_OF_KIND[kind]) if kind in _OF_KIND else f"{_now(_OF_PART['rest'])}: {kind}"
        if part.startswith("discount "):
            words = _now(_DISCOUNT)
        rate = part.rpartition(" ")[2].replace(".", ",")
        return f"{words} {rate} % {document}" if rate else f"{words} {document}"
