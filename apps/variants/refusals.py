"""Why a selection can not be bought: what the rules of event and variants say, without a look at stock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.states import OrganizerState
from apps.core.templatetags.look import clock, full_date
from apps.events.models import Event
from apps.events.states import EventState
from apps.variants.models import Variant
from apps.variants.states import VariantState

Selection = Sequence[tuple[Variant, int]]


class Reason(StrEnum):
    """The words are part of the API."""

    NOTHING_SELECTED = "nothing_selected"
    EVENT_NOT_ON_SALE = "event_not_on_sale"
    EVENT_CALLED_OFF = "event_called_off"
    EVENT_OVER = "event_over"
    NOT_FOR_SALE = "not_for_sale"
    NOT_YET_ON_SALE = "not_yet_on_sale"
    SALES_OVER = "sales_over"
    MEMBERS_ONLY = "members_only"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    # Said by stock and limits, not by the rules below.
    SOLD_OUT = "sold_out"
    EVENT_AT_CAPACITY = "event_at_capacity"
    TIER_CAPACITY = "tier_capacity_exceeded"
    TOO_MANY_HOLDS = "too_many_holds"
    TOO_FAST = "too_fast"
    NO_COOKIES = "no_cookies"
    VERY_BUSY = "very_busy"
    # Said of a code.
    CODE_UNKNOWN = "code_unknown"
    CODE_NOT_YET = "code_not_yet"
    CODE_OVER = "code_over"
    CODE_NOT_FOR_THESE = "code_not_for_these"
    CODE_TOO_LITTLE = "code_too_little"
    CODE_USED_UP = "code_used_up"
    CODE_ONCE_PER_PERSON = "code_once_per_person"
    # Said of a gift voucher.
    VOUCHER_UNKNOWN = "voucher_unknown"
    VOUCHER_OVER = "voucher_over"
    VOUCHER_EMPTY = "voucher_empty"
    VOUCHER_IN_USE = "voucher_in_use"
    VOUCHER_TOO_LITTLE = "voucher_too_little"
    VOUCHER_OTHER_CURRENCY = "voucher_other_currency"


@dataclass(frozen=True, slots=True)
class Refusal:
    reason: Reason
    text: str  # in the language active when it was made
    variant: Variant | None = None

    @property
    def of_code(self) -> bool:
        """Of what was typed into the field for codes and gift vouchers."""
        return self.reason.startswith(("code_", "voucher_"))


def check(
    selection: Selection,
    *,
    event: Event,
    member: bool,
    opened: Collection[int] = (),
    at: datetime,
) -> list[Refusal]:
    """
    Everything that speaks against the selection; an empty list: the rules allow it.

    member: whether the buyer is on the organizer's member list. opened: ids of variants that a code
    opens, be they for members or for who has a code. Needs `event.organizer`.
    """
    if refusal := _of_event(event, at):
        return [refusal]
    if not any(quantity > 0 for _variant, quantity in selection):
        return [Refusal(Reason.NOTHING_SELECTED, _("Choose at least one ticket."))]
    return [
        refusal
        for variant, quantity in selection
        if quantity
        for refusal in _of_line(
            variant, quantity, event=event, opened=_is_open(variant, opened, member=member), at=at
        )
    ]


def _is_open(variant: Variant, opened: Collection[int], *, member: bool) -> bool:
    """To this buyer."""
    if variant.pk in opened:
        return True
    return not variant.with_code_only and (member or not variant.members_only)


def _of_event(event: Event, at: datetime) -> Refusal | None:
    if event.state == EventState.CANCELLED:
        return Refusal(Reason.EVENT_CALLED_OFF, _("This event has been called off."))
    if event.state == EventState.COMPLETED or at >= event.ends_at:
        return Refusal(Reason.EVENT_OVER, _("This event is over."))
    on_sale = event.state == EventState.PUBLISHED
    if not on_sale or event.organizer.state != OrganizerState.APPROVED:
        return Refusal(Reason.EVENT_NOT_ON_SALE, _("Tickets for this event are not on sale."))
    return None


def _of_line(
    variant: Variant, quantity: int, *, event: Event, opened: bool, at: datetime
) -> Iterator[Refusal]:
    name = variant.name
    # Sold out is not asked here: only the stock itself may say so.
    shown = variant.state in {VariantState.LIVE, VariantState.SOLD_OUT}
    if variant.with_code_only:
        shown = shown and opened  # to everybody else there is no such ticket
    if variant.event_id != event.pk or not shown:
        text = _("“%(variant)s” is not for sale.") % {"variant": name}
        yield Refusal(Reason.NOT_FOR_SALE, text, variant)
        return
    if refusal := _of_window(variant, event, at):
        yield refusal
        return
    if not opened:
        text = _("“%(variant)s” is for members of %(organizer)s only.")
        words = {"variant": name, "organizer": event.organizer.name}
        yield Refusal(Reason.MEMBERS_ONLY, text % words, variant)
    if quantity < variant.min_per_order:
        yield Refusal(Reason.TOO_FEW, _too_few(variant), variant)
    if quantity > variant.max_per_order:
        yield Refusal(Reason.TOO_MANY, _too_many(variant), variant)


def _of_window(variant: Variant, event: Event, at: datetime) -> Refusal | None:
    if variant.sales_from is not None and at < variant.sales_from:
        text = _("Sales of “%(variant)s” start on %(day)s, %(time)s.") % {
            "variant": variant.name,
            "day": full_date(variant.sales_from, event.zone),
            "time": clock(variant.sales_from, event.zone),
        }
        return Refusal(Reason.NOT_YET_ON_SALE, text, variant)
    if at >= (variant.sales_until or event.ends_at):
        text = _("Sales of “%(variant)s” are over.") % {"variant": variant.name}
        return Refusal(Reason.SALES_OVER, text, variant)
    return None


def _too_few(variant: Variant) -> str:
    return ngettext(
        "Take at least %(limit)s of “%(variant)s”.",
        "Take at least %(limit)s of “%(variant)s”.",
        variant.min_per_order,
    ) % {"limit": variant.min_per_order, "variant": variant.name}


def _too_many(variant: Variant) -> str:
    return ngettext(
        "You can take %(limit)s of “%(variant)s” at most.",
        "You can take %(limit)s of “%(variant)s” at most.",
        variant.max_per_order,
    ) % {"limit": variant.max_per_order, "variant": variant.name}
