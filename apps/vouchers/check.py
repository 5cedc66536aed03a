"""
Which code or gift voucher was typed, and why it does not work, in words for the buyer. Stock is not asked
here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.core.money import Money, total
from apps.events.models import Event
from apps.variants.discount import NO_DISCOUNT, Discount
from apps.variants.models import Variant
from apps.variants.refusals import Reason, Refusal
from apps.vouchers import keys
from apps.vouchers.balances import rest_of
from apps.vouchers.models import Code, GiftVoucher
from apps.vouchers.states import CodeKind, CodeState, VoucherState
from apps.vouchers.texts import normalise


@dataclass(frozen=True, slots=True)
class Entered:
    """
    What somebody typed. Without a code, or with one that does not work, nothing is off or open.

    voucher: one that works; it pays and changes no price. rest: what is left on it.
    """

    code: Code | None = None
    discount: Discount = NO_DISCOUNT
    opens: frozenset[int] = frozenset()  # variants that are for members or not shown to all
    refusal: Refusal | None = None
    voucher: GiftVoucher | None = None
    rest: Money | None = None


def enter(typed: str, event: Event, *, at: datetime) -> Entered:
    """
    Look a code up for an event. An unknown one costs what a known one costs, and one of another
    organizer is unknown.
    """
    text = normalise(typed)
    if not text:
        return Entered()
    found = Code.objects.filter(organizer=event.organizer_id, text=text).first()
    if found is None and keys.looks_like_one(typed):
        return enter_voucher(typed, event, at=at)
    refusal = _why_not(found, event, at=at)
    if found is None or refusal is not None:
        return Entered(refusal=refusal)
    variants = frozenset(found.variants.values_list("pk", flat=True))
    return Entered(found, _discount(found, variants), _opens(found, event, variants))


def enter_both(code: str, voucher: str, event: Event, *, at: datetime) -> Entered:
    """A code, and a gift voucher beside it; the first that does not work is told."""
    entered = enter(code, event, at=at)
    if not voucher or entered.refusal is not None:
        return entered
    beside = enter_voucher(voucher, event, at=at)
    return replace(entered, voucher=beside.voucher, rest=beside.rest, refusal=beside.refusal)


def enter_voucher(typed: str, event: Event, *, at: datetime) -> Entered:
    """One of another organizer is unknown: it is not their debt."""
    found = None
    if keys.looks_like_one(typed):
        known = GiftVoucher.objects.filter(digest__in=keys.digests_of(typed))
        found = known.filter(organizer=event.organizer_id).first()
    if found is None:
        text = _("We do not know this gift voucher. Look at its code once more.")
        return Entered(refusal=Refusal(Reason.VOUCHER_UNKNOWN, text))
    if found.state != VoucherState.LIVE or at >= found.expires_at:
        text = _("This gift voucher does not work any more.")
        return Entered(refusal=Refusal(Reason.VOUCHER_OVER, text))
    if found.currency != event.currency:
        text = _("This gift voucher is in another currency.")
        return Entered(refusal=Refusal(Reason.VOUCHER_OTHER_CURRENCY, text))
    rest = rest_of(found)
    if rest.minor <= 0:
        return Entered(refusal=voucher_empty())
    return Entered(voucher=found, rest=rest)


def voucher_empty() -> Refusal:
    return Refusal(Reason.VOUCHER_EMPTY, _("Nothing is left on this gift voucher."))


def voucher_in_use() -> Refusal:
    """Told to whoever has the whole code; of which order, and how much, is nobody else's business."""
    text = _(
        "What is left on this gift voucher is in use by an order that is not paid yet. It is free again"
        " if that order is paid another way or cancelled, or when its time is up."
    )
    return Refusal(Reason.VOUCHER_IN_USE, text)


def voucher_too_little() -> Refusal:
    text = _(
        "With this gift voucher a rest would be left to pay that is too small for any way of paying."
    )
    return Refusal(Reason.VOUCHER_TOO_LITTLE, text)


def speaks_against(entered: Entered, lines: Sequence[tuple[Variant, int]]) -> Refusal | None:
    """What the selection itself says about a code that works."""
    code = entered.code
    if code is None or entered.refusal is not None or not lines:
        return entered.refusal
    chosen = [variant for variant, _quantity in lines]
    useful = any(entered.discount.off(v) for v in chosen) or any(
        v.pk in entered.opens for v in chosen
    )
    if not useful:
        text = _("This code is not for these tickets.")
        return Refusal(Reason.CODE_NOT_FOR_THESE, text)
    asked = total((v.price * quantity for v, quantity in lines), chosen[0].price.currency)
    if asked < Money(code.least_minor, asked.currency):
        text = _("This code works from a total of %(amount)s on.") % {"amount": code.least}
        return Refusal(Reason.CODE_TOO_LITTLE, text)
    return None


def used_up() -> Refusal:
    return Refusal(Reason.CODE_USED_UP, _("This code has been used up."))


def used_by_them() -> Refusal:
    return Refusal(Reason.CODE_ONCE_PER_PERSON, _("You have used this code already."))


def _why_not(code: Code | None, event: Event, *, at: datetime) -> Refusal | None:
    if code is None:
        return Refusal(Reason.CODE_UNKNOWN, _("We do not know this code. Look at it once more."))
    if code.state == CodeState.ENDED or (code.ends_at is not None and at >= code.ends_at):
        return Refusal(Reason.CODE_OVER, _("This code does not work any more."))
    if code.starts_at is not None and at < code.starts_at:
        when = date_format(localtime(code.starts_at, event.zone), "DATETIME_FORMAT")
        return Refusal(Reason.CODE_NOT_YET, _("This code works from %(when)s on.") % {"when": when})
    elsewhere = code.event_id is not None and code.event_id != event.pk
    if elsewhere or (code.kind == CodeKind.FIXED and code.currency != event.currency):
        return Refusal(Reason.CODE_NOT_FOR_THESE, _("This code is not for these tickets."))
    return None


def _discount(code: Code, variants: frozenset[int]) -> Discount:
    return Discount(code.percent, code.amount_minor, variants)


def _opens(code: Code, event: Event, variants: frozenset[int]) -> frozenset[int]:
    """What it names; one that only opens and names nothing opens all that needs a code."""
    if variants or code.kind != CodeKind.ACCESS:
        return variants
    hidden = Variant.objects.filter(event=event, with_code_only=True)
    return frozenset(hidden.values_list("pk", flat=True))
