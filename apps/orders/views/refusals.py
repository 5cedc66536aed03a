"""What stock and limits answer, in words for the buyer."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.inventory.claims import SoldOut, VeryBusy
from apps.orders.services.place import TooManyHolds, UnknownVariant
from apps.variants.refusals import Reason, Refusal


def sold_out(refused: SoldOut) -> Refusal:
    """Sold out, the event at capacity, or fewer left than wanted: each says which."""
    if refused.left:
        return Refusal(Reason.TIER_CAPACITY, _fewer(refused))
    if refused.quota.is_event_cap:
        return Refusal(Reason.EVENT_AT_CAPACITY, _("The event is full."))
    text = _("“%(quota)s” is sold out.") % {"quota": refused.quota.name}
    return Refusal(Reason.SOLD_OUT, text)


def _fewer(refused: SoldOut) -> str:
    if refused.quota.is_event_cap:
        told = ngettext(
            "Only %(left)s ticket is left for this event.",
            "Only %(left)s tickets are left for this event.",
            refused.left,
        )
    else:
        told = ngettext(
            "Only %(left)s ticket is left in “%(quota)s”.",
            "Only %(left)s tickets are left in “%(quota)s”.",
            refused.left,
        )
    return told % {"left": refused.left, "quota": refused.quota.name}


def too_fast() -> Refusal:
    return Refusal(Reason.TOO_FAST, _("That was many tries in a short time. Wait a minute."))


def no_cookies() -> Refusal:
    text = _(
        "Your browser keeps no cookies, so it could not find its tickets again. Allow cookies for "
        "this site in its settings, then press “To checkout” once more: your choice is still here."
    )
    return Refusal(Reason.NO_COOKIES, text)


def of(trouble: Exception) -> Refusal:
    if isinstance(trouble, VeryBusy):
        return Refusal(Reason.VERY_BUSY, _("Very many people are buying right now. Try again."))
    if isinstance(trouble, TooManyHolds):
        text = _("You hold tickets in several unpaid orders. Pay or cancel one of them first.")
        return Refusal(Reason.TOO_MANY_HOLDS, text)
    if isinstance(trouble, UnknownVariant):
        return Refusal(Reason.NOT_FOR_SALE, _("One of these tickets does not exist any more."))
    text = _("Your open payment could not be checked. Try again in a moment.")
    return Refusal(Reason.VERY_BUSY, text)
