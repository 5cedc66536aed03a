"""What an organizer pays the platform: now, soon, and before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.accounts.fees import Band, agreed, in_force, read
from apps.accounts.models import FeeTerms, Organizer
from apps.console.fee_words import Example, Span, examples, in_words, span


@dataclass(frozen=True, slots=True)
class Period:
    """Terms from a moment on. words: none when they hand on to the usual ones."""

    terms: FeeTerms
    words: Sequence[str]
    span: Span


@dataclass(frozen=True, slots=True)
class InForce:
    currency: str
    words: Sequence[str]
    passes_provider_fee: bool
    examples: Sequence[Example]


@dataclass(frozen=True, slots=True)
class Fees:
    organizer: Organizer
    now: Sequence[InForce]  # by currency of its events
    history: Sequence[Period]  # of its own terms, the newest first


def fees_of(organizer: Organizer, *, at: datetime) -> Fees:
    currencies = sorted(set(organizer.events.values_list("currency", flat=True))) or ["EUR"]
    own = FeeTerms.objects.living().filter(organizer=organizer).with_their_end(at=at)
    return Fees(
        organizer=organizer,
        now=[_in_force(organizer, currency, at=at) for currency in currencies],
        history=[_period(terms, at=at) for terms in own],
    )


def _in_force(organizer: Organizer, currency: str, *, at: datetime) -> InForce:
    terms = in_force(read(agreed(organizer.pk, currency)), at=at)
    return InForce(
        currency=currency,
        words=in_words(terms.bands, currency),
        passes_provider_fee=terms.passes_provider_fee,
        examples=examples(terms, currency),
    )


def _period(terms: FeeTerms, *, at: datetime) -> Period:
    bands = [Band.read(band) for band in terms.bands]
    return Period(terms, in_words(bands, terms.currency or "EUR"), span(terms, at=at))
