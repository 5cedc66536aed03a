from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Min, QuerySet

from apps.accounts.models import Organizer
from apps.core.asked_often import AskedOften
from apps.invoices import law
from apps.invoices.kinds import OF_ORGANIZER
from apps.invoices.models import Draft, Invoice, LegalEntity, Series
from apps.invoices.services.save_legal import entity_of
from apps.orders.models import Order


@dataclass(frozen=True, slots=True)
class SeriesLook:
    """A series counted through: whole when it has 1 to `last`, each once."""

    series: Series
    first: int
    last: int
    count: int

    @property
    def is_whole(self) -> bool:
        return (self.first, self.last) == (1, self.series.last) and self.count == self.series.last


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an organizer's documents wait for, in words; nothing missing: a minute."""

    entity: LegalEntity
    count: int
    missing: list[str]


def papers_of(order: Order) -> list[Invoice]:
    """What the buyer may have, the newest first."""
    return _PAPERS.all(order.pk)


def _of_order(order: int) -> QuerySet[Invoice]:
    papers = Invoice.objects.filter(order=order).select_related("draft", "refers_to", "order")
    return papers.order_by("-pk")


_PAPERS = AskedOften(_of_order, -1)


def is_due(order: Order) -> bool:
    """A document of it has no number yet."""
    return Draft.objects.filter(order=order, done_at=None).exists()


def look_through(rows: QuerySet[Series]) -> list[SeriesLook]:
    counted = rows.annotate(
        seen=Count("invoices"), least=Min("invoices__sequence"), most=Max("invoices__sequence")
    ).select_related("organizer")
    return [
        SeriesLook(series, series.least or 0, series.most or 0, series.seen)
        for series in counted.order_by("organizer__name", "-year", "kind")
    ]


def waiting_of(organizers: Iterable[int]) -> list[Waiting]:
    """Of those organizers that sell and whose legal data lacks something."""
    drafts = (
        Draft.objects.filter(organizer__in=organizers, done_at=None, kind__in=OF_ORGANIZER)
        .values("organizer")
        .annotate(count=Count("pk"))
        .order_by("organizer")
    )
    found = []
    for row in drafts:
        entity = entity_of(Organizer.objects.get(pk=row["organizer"]))
        if missing := law.missing(entity):
            found.append(Waiting(entity, row["count"], missing))
    return found
