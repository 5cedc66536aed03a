"""What the platform keeps of a ticket: terms, the bands they are made of, and which are in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject

from apps.accounts.models import FeeTerms


@dataclass(frozen=True, slots=True)
class Band:
    """The fee of a ticket that costs `above` or more, in minor units."""

    percent: Decimal
    above: int = 0
    fixed: int = 0
    least: int = 0
    most: int | None = None

    def fee(self, price: int) -> Fraction:
        """To the fraction of a cent. Never more than the ticket costs, so nothing for a free one."""
        fee = max(Fraction(self.percent) * price / 100 + self.fixed, Fraction(self.least))
        if self.most is not None:
            fee = min(fee, Fraction(self.most))
        return min(fee, Fraction(price))

    @property
    def has_amounts(self) -> bool:
        return bool(self.above or self.fixed or self.least or self.most is not None)

    def as_data(self) -> dict[str, Any]:
        return {
            "above": self.above,
            "percent": f"{self.percent.normalize():f}",
            "fixed": self.fixed,
            "least": self.least,
            "most": self.most,
        }

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Band:
        amounts = (data["above"], data["fixed"], data["least"], data["most"])
        return cls(Decimal(data["percent"]), *amounts)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a sale is frozen with. bands: by `above`, the first from 0."""

    bands: Sequence[Band]
    passes_provider_fee: bool = False

    def fee(self, price: int) -> Fraction:
        """Of one ticket at this price."""
        return next(band for band in reversed(self.bands) if price >= band.above).fee(price)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A row of fee terms, as it is read along with an event."""

    own: bool  # the organizer's; else everybody's
    currency: str
    starts_at: datetime
    passes_provider_fee: bool = False
    bands: Sequence[Band] = field(default_factory=tuple)


def usual() -> Terms:
    """What holds where nothing was agreed."""
    return Terms((Band(settings.PLATFORM_FEE_PERCENT),))


def in_force(terms: Iterable[Agreed], *, at: datetime) -> Terms:
    """
    The newest of the organizer's own that have begun, else the newest for everybody. Terms without
    bands hand on: the organizer's to everybody's, everybody's to the settings.
    """
    begun = [one for one in terms if one.starts_at <= at]
    for own in (True, False):
        newest = max((one for one in begun if one.own is own), key=_newest, default=None)
        if newest is not None and newest.bands:
            return Terms(newest.bands, newest.passes_provider_fee)
    return usual()


def _newest(one: Agreed) -> tuple[datetime, bool]:
    """Of two that begin together the one in the event's own currency."""
    return one.starts_at, bool(one.currency)


def agreed(organizer: int | OuterRef, currency: str | OuterRef) -> Any:
    """The living terms of an organizer and of everybody, as JSON rows for `read`."""
    whose = Q(organizer=organizer) | Q(organizer__isnull=True)
    rows = FeeTerms.objects.living().filter(whose, Q(currency="") | Q(currency=currency))
    return rows.order_by("pk").values_list(
        JSONObject(
            organizer=F("organizer"),
            currency=F("currency"),
            starts_at=F("starts_at"),
            passes_provider_fee=F("passes_provider_fee"),
            bands=F("bands"),
        ),
        flat=True,
    )


def agreed_with_event() -> ArraySubquery:
    """To read them in the query of an event."""
    return ArraySubquery(agreed(OuterRef("organizer"), OuterRef("currency")))


def read(rows: Iterable[Mapping[str, Any]]) -> list[Agreed]:
    return [
        Agreed(
            own=row["organizer"] is not None,
            currency=row["currency"],
            starts_at=datetime.fromisoformat(row["starts_at"]),
            passes_provider_fee=row["passes_provider_fee"],
            bands=tuple(Band.read(band) for band in row["bands"]),
        )
        for row in rows
    ]
