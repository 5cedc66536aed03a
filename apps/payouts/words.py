"""What moved an organizer's account, in words a promoter understands."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

_WORDS = {
    "release": _("Sale"),
    "refund_requested": _("Refund"),
    "own_sale": _("Fee of a sale at your box office"),
    "own_refund": _("Fee given back"),
    "own_fee_given_back": _("Fee given back"),
    "provider_fee_passed_on": _("Fee of the payment provider"),
    "provider_fee_given_back": _("Fee given back"),
    "payout_approved": _("Earlier payout"),
    "payout_failed": _("Payout that was not sent"),
    "payout_returned": _("Payout that came back"),
    "voucher_issued": _("Gift voucher issued"),
    "voucher_expired": _("Rest of a gift voucher that is over"),
    "voucher_taken_back": _("Gift voucher taken back"),
    "debt_netted": _("Settled with another provider"),
    "dispute_reserved": _("Dispute: kept until it is decided"),
    "dispute_let_go": _("Dispute decided for you"),
    "dispute_lost": _("Dispute lost"),
    "dispute_fee": _("Fee of a dispute"),
    "dispute_fee_given_back": _("Fee given back"),
}


# The parts of a statement.
PARTS = {
    "carried_forward": _("Carried forward"),
    "sales": _("Sales"),
    "refunds": _("Refunds"),
    "disputes": _("Disputes"),
    "at_the_door": _("Fees of your own box office"),
    "provider_fees": _("Fees of the payment providers"),
    "others": _("Other"),
    "came_back": _("Payouts that came back"),
    "kept_back": _("Kept back"),
}
_PROVIDERS = {"stripe": "Stripe", "paypal": "PayPal"}


def provider_name(provider: str) -> str:
    return _PROVIDERS.get(provider, provider)


def movement_words(kind: str) -> str:
    """Of a posting's kind; a new one is at least not left out."""
    return str(_WORDS.get(kind, _("Correction")))
