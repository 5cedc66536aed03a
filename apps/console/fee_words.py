"""Fee terms in words a promoter understands, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts.fees import Band, Terms
from apps.console.moments import local
from apps.core.money import Money
from apps.events.models import Event
from apps.variants.models import Variant
from apps.variants.pricing import price_of, quote

EXAMPLES = (0, 500, 2500, 10000)  # minor units of a currency with cents


@dataclass(frozen=True, slots=True)
class Example:
    """One ticket. organizer_gets, buyer_pays: when the organizer bears the fee, and when the buyers do."""

    price: Money
    fee: Money
    organizer_gets: Money
    buyer_pays: Money


@dataclass(frozen=True, slots=True)
class Span:
    """Whether terms hold, and from when to when. state: as badges know it."""

    state: str
    label: str
    when: str


def span(terms: Any, *, at: datetime) -> Span:
    """terms: a row of `with_their_end`."""
    if terms.withdrawn_at:
        return Span("cancelled", _("withdrawn"), "–")
    if terms.ends_at and terms.ends_at <= at:
        return Span("", _("replaced"), _when(terms, at=at))
    if terms.starts_at > at:
        return Span("pending", _("coming"), _when(terms, at=at))
    return Span("live", _("in force"), _when(terms, at=at))


def in_words(bands: Sequence[Band], currency: str) -> list[str]:
    return [_band(band, currency) for band in bands]


def examples(terms: Terms, currency: str) -> list[Example]:
    """At round prices, and at the first price of each band."""
    scale = Money.of("1", currency).minor
    prices = {price * scale // 100 for price in EXAMPLES} | {band.above for band in terms.bands}
    return [_example(price, terms, currency) for price in sorted(prices)]


def _example(price: int, terms: Terms, currency: str) -> Example:
    """Through the same pricing as every sale, once for each of the two who may bear it."""
    by_organizer = Variant(event=Event(currency=currency), price_minor=price, tax_rate=Decimal(0))
    by_buyer = Variant(
        event=Event(currency=currency, buyers_bear_fee=True),
        price_minor=price,
        tax_rate=Decimal(0),
    )
    priced = quote([(by_organizer, 1)], terms=terms)
    return Example(
        price=priced.total,
        fee=priced.fee,
        organizer_gets=priced.total - priced.fee,
        buyer_pays=price_of(by_buyer, terms=terms).total,
    )


def _when(terms: Any, *, at: datetime) -> str:
    named = {"first": _utc(terms.starts_at), "end": _utc(terms.ends_at)}
    if terms.starts_at <= at and (terms.ends_at is None or terms.ends_at > at):
        since = _("since %(first)s, until %(end)s") if terms.ends_at else _("since %(first)s")
        if terms.currency or not terms.apart:
            return since % named
        return f"{since % named}, {_('not in %s any more') % ', '.join(terms.apart)}"
    return (_("from %(first)s until %(end)s") if terms.ends_at else _("from %(first)s")) % named


def _utc(when: datetime | None) -> str:
    return f"{local(when, UTC)} UTC" if when else ""


def _band(band: Band, currency: str) -> str:
    return "".join(_parts(band, currency))


def _parts(band: Band, currency: str) -> Iterator[str]:
    percent = format_decimal(band.percent.normalize(), locale=get_language() or "en")
    if band.above:
        yield _("from a price of %(price)s: ") % {"price": Money(band.above, currency)}
    yield (_("%(percent)s %%") % {"percent": percent}).replace(" ", "\N{NO-BREAK SPACE}")
    if band.fixed:
        yield _(" and %(sum)s for each ticket") % {"sum": Money(band.fixed, currency)}
    if band.least:
        yield _(", at least %(sum)s") % {"sum": Money(band.least, currency)}
    if band.most is not None:
        yield _(", at most %(sum)s") % {"sum": Money(band.most, currency)}
