"""What was done to money, and from where, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.reconciliation.kinds import Fix

# `tests/console/test_trail.py` asks for the words of a new one.
ACTS: Mapping[str, Promise] = {
    "agreement.change": gettext_lazy("Agreement changed"),
    "bank.transfer": gettext_lazy("Bank transfer booked"),
    "bookkeeping.change": gettext_lazy("Bookkeeping changed"),
    "case.ignored": gettext_lazy("Case ignored"),
    "case.reopened": gettext_lazy("Case opened again"),
    "code.end": gettext_lazy("Discount code ended"),
    "code.make": gettext_lazy("Discount code made"),
    "debt.net": gettext_lazy("Debt settled from another provider"),
    "dispute.acceptance": gettext_lazy("Dispute accepted"),
    "dispute.evidence": gettext_lazy("Evidence sent"),
    "event.end": gettext_lazy("End of the event changed"),
    "event.money": gettext_lazy("Currency or bearer of the fee changed"),
    "fees.agree": gettext_lazy("Fees agreed"),
    "fees.withdraw": gettext_lazy("Fees withdrawn"),
    "invoice.correct": gettext_lazy("Invoice written anew"),
    "legal_data.change": gettext_lazy("Legal data changed"),
    "order.refund": gettext_lazy("Order refunded"),
    "payee.ask_to_waive": gettext_lazy("Asked to pay a new account at once"),
    "payee.change": gettext_lazy("Payout account changed"),
    "payee.waive": gettext_lazy("New account may be paid at once"),
    "payment.apply_by_hand": gettext_lazy("Payment applied by hand"),
    "payment.look_over": gettext_lazy("Payment compared"),
    "payment.send_back": gettext_lazy("Money sent back"),
    "payout.approve": gettext_lazy("Payout approved"),
    "payout.cancel": gettext_lazy("Payout cancelled"),
    "payout.endorse": gettext_lazy("Payout approved by a first person"),
    "payout.found": gettext_lazy("Payout found at the provider"),
    "payout.not_found": gettext_lazy("Payout not found at the provider"),
    "payout.propose": gettext_lazy("Payout proposed"),
    "payout.take_back": gettext_lazy("Payout taken back"),
    "till.cash_in": gettext_lazy("Cash put into a till"),
    "till.cash_out": gettext_lazy("Cash taken out of a till"),
    "till.close": gettext_lazy("Till closed"),
    "till.open": gettext_lazy("Till opened"),
    "variant.money": gettext_lazy("Price, tax or refund policy changed"),
    "voucher.block": gettext_lazy("Gift voucher blocked"),
    "voucher.expire": gettext_lazy("Rest of a gift voucher that is over"),
    "voucher.issue": gettext_lazy("Gift voucher issued"),
    "voucher.replace": gettext_lazy("Gift voucher replaced"),
    "voucher.take_back": gettext_lazy("Gift voucher taken back"),
}
_PLACES: Mapping[str, Promise] = {
    "api": gettext_lazy("API"),
    "command": gettext_lazy("command"),
    "console": gettext_lazy("console"),
    "door": gettext_lazy("door"),
    "platform": gettext_lazy("platform"),
    "shop": gettext_lazy("shop"),
    "webhooks": gettext_lazy("webhooks"),
    "worker": gettext_lazy("worker"),
}


def act_words(act: str) -> str:
    """An act without words here is at least readable."""
    thing, _dot, verb = act.partition(".")
    if thing == "case" and verb in Fix.values:
        return _("Case: %s") % Fix(verb).label
    return str(ACTS.get(act, act.replace(".", " ").replace("_", " ").capitalize()))


def origin_words(origin: str) -> str:
    """The place in words; what follows tells two visitors, tasks or commands apart."""
    place, _space, rest = origin.partition(" ")
    words = str(_PLACES.get(place, place))
    return f"{words} {rest}".strip()
