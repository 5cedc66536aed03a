"""What the platform keeps, agreed from a moment on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from apps.accounts.fees import Band
from apps.accounts.models import FeeTerms, Organizer
from apps.trail.record import record


class Backdated(Exception):
    """They would have begun already: a sale is never rewritten."""


class MomentTaken(Exception):
    """Others begin in the same moment; withdraw them first."""


class AmountsNeedCurrency(Exception):
    """Bands, fixed, least and most are amounts: they are agreed for one currency."""


class BadBands(Exception):
    """They do not begin at nothing, two begin at the same price, or one asks more at least than at most."""


class HaveBegun(Exception):
    """Sales may have been made on them."""


@dataclass(frozen=True, slots=True)
class NewTerms:
    """bands: none hands on to everybody's, or to the settings. currency: empty for all."""

    organizer: Organizer | None
    bands: Sequence[Band]
    starts_at: datetime
    currency: str = ""
    passes_provider_fee: bool = False
    note: str = ""


def agree(new: NewTerms, *, actor: str, at: datetime) -> FeeTerms:
    """
    :raises Backdated, MomentTaken, AmountsNeedCurrency, BadBands: nothing was agreed.
    """
    check(new, at=at)
    bands = sorted(new.bands, key=lambda band: band.above)
    try:
        with transaction.atomic():
            terms = FeeTerms.objects.create(
                organizer=new.organizer,
                currency=new.currency,
                bands=[band.as_data() for band in bands],
                passes_provider_fee=new.passes_provider_fee,
                note=new.note,
                starts_at=new.starts_at,
                created_at=at,
                actor=actor,
            )
            record("fees.agree", about=terms, actor=actor, at=at, reason=new.note)
    except IntegrityError as twin:
        raise MomentTaken from twin
    return terms


def withdraw(terms: FeeTerms, *, actor: str, at: datetime) -> None:
    """
    Before they begin; again is nothing new.

    :raises HaveBegun:
    """
    if at >= terms.starts_at:
        raise HaveBegun
    with transaction.atomic():
        living = FeeTerms.objects.living().filter(pk=terms.pk)
        if living.update(withdrawn_at=at, withdrawn_by=actor):
            record("fees.withdraw", about=terms, actor=actor, at=at)


def check(new: NewTerms, *, at: datetime) -> None:
    """
    :raises Backdated, AmountsNeedCurrency, BadBands: as `agree` would.
    """
    if new.starts_at < at:
        raise Backdated
    if not new.currency and any(band.has_amounts for band in new.bands):
        raise AmountsNeedCurrency
    _check(new.bands)


def _check(bands: Sequence[Band]) -> None:
    starts = sorted(band.above for band in bands)
    if bands and (starts[0] != 0 or len(set(starts)) != len(starts)):
        raise BadBands
    for band in bands:
        if not 0 <= band.percent <= 100 or min(band.fixed, band.least, band.most or 0) < 0:
            raise BadBands
        if band.most is not None and band.most < band.least:
            raise BadBands
