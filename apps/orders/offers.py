"""What may be chosen of an event now, in words: for the event page and for a selection sent back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.templatetags.look import clock, short_date
from apps.events.fees import terms_of
from apps.events.models import Event
from apps.events.states import EventState
from apps.inventory.availability import Availability, availability
from apps.orders.forms import HEADS_PREFIX
from apps.variants.models import Variant
from apps.variants.pricing import TicketPrice, price_of
from apps.variants.states import VariantState
from apps.vouchers.check import Entered

NO_CODE = Entered()
_ENDED = (EventState.CANCELLED, EventState.COMPLETED)
FEW, SOME = 10, 50  # up to so many we tell the number; above, a word


class Level(StrEnum):
    """How much is left, most first; the templates draw it."""

    FULL = "full"
    SOME = "some"
    FEW = "few"
    NONE = "none"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Offer:
    """choices: what may be ordered of it, beginning with none; only none when it can not be had."""

    variant: Variant
    price: TicketPrice
    level: Level
    word: str
    choices: Sequence[int] = (0,)
    chosen: int = 0
    error: str = ""

    @property
    def field(self) -> str:
        return f"{HEADS_PREFIX}{self.variant.pk}"

    @property
    def open(self) -> bool:
        return len(self.choices) > 1


def best(offered: Sequence[Offer]) -> Offer | None:
    """The one that tells how an event as a whole sells."""
    levels = list(Level)
    return min(offered, key=lambda offer: levels.index(offer.level), default=None)


def offers(
    event: Event,
    *,
    at: datetime,
    chosen: Mapping[int, int] | None = None,
    errors: Mapping[int, str] | None = None,
    entered: Entered = NO_CODE,
) -> list[Offer]:
    """
    One for each variant the shop shows, and those that the code opens. chosen, errors: by variant id,
    of a selection sent back.
    """
    left, terms = availability(event.pk), terms_of(event, at=at)
    result = []
    for variant in _shown(event, entered):
        variant.event = event
        level, word, choices = _state(variant, left, at=at)
        result.append(
            Offer(
                variant,
                price_of(variant, terms=terms, discount=entered.discount),
                level,
                word,
                choices,
                chosen=(chosen or {}).get(variant.pk, 0),
                error=(errors or {}).get(variant.pk, ""),
            )
        )
    return result


def _shown(event: Event, entered: Entered) -> QuerySet[Variant]:
    if not entered.opens:
        return Variant.objects.shown().filter(event=event)
    opened = Q(with_code_only=False) | Q(pk__in=entered.opens)
    return Variant.objects.on_sale().filter(opened, event=event)


def _state(
    variant: Variant, counted: Availability, *, at: datetime
) -> tuple[Level, str, Sequence[int]]:
    nothing = (0,)
    if variant.closed(at=at) or variant.event.state in _ENDED:
        return Level.NONE, _("Sales are over"), nothing
    if variant.opens_later(at=at):
        return Level.LATER, _opening(variant), nothing
    left = counted.of(variant.pk)
    most = variant.max_per_order if left is None else min(left, variant.max_per_order)
    choices = (0, *range(variant.min_per_order, most + 1))
    if left is None or left > SOME:
        return Level.FULL, _("Available"), choices
    if left == 0:
        return Level.NONE, _gone(variant), nothing
    if left < variant.min_per_order:
        few = {"left": left, "least": variant.min_per_order}
        return Level.NONE, _("%(left)s left, sold only from %(least)s on") % few, nothing
    if left > FEW:
        return Level.SOME, _("%(left)s left") % {"left": left}, choices
    last = ngettext("Last one", "Last %(left)s", left) % {"left": left}
    return Level.FEW, last, choices


def _opening(variant: Variant) -> str:
    assert variant.sales_from is not None  # noqa: S101 - it opens later
    zone = variant.event.zone
    when = {"day": short_date(variant.sales_from, zone), "time": clock(variant.sales_from, zone)}
    return _("On sale from %(day)s, %(time)s") % when


def _gone(variant: Variant) -> str:
    if variant.state == VariantState.SOLD_OUT:
        return _("Sold out")
    # Held places come back when their buyers do not pay in time.
    return _("All held right now, look again soon")
