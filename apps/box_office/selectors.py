"""What stands in a till's book, added up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.box_office.models import LineKind, Till, TillLine
from apps.box_office.services.sell import scope_of
from apps.core.money import Money
from apps.core.references import normalise
from apps.events.models import Event
from apps.orders.models import Order, OrderLine, OrderRefundLine
from apps.orders.selectors import left_to_give_back
from apps.payments.gateways.offline import Method

FOUND_MAX = 30
_STANDING = ("quantity", "dead", "total_minor", "back")


@dataclass(frozen=True, slots=True)
class Part:
    """How often, and how much; below zero was taken out."""

    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Side:
    """The cash, or what the card terminal took."""

    parts: Mapping[str, Part]  # by LineKind
    expected: Money
    counted: Money | None  # None while the till is open

    @property
    def difference(self) -> Money | None:
        """Below zero: something is missing."""
        return None if self.counted is None else self.counted - self.expected


@dataclass(frozen=True, slots=True)
class Report:
    till: Till
    cash: Side
    card: Side
    tickets: list[tuple[str, int, Money]]  # name, how many, for how much; sales that stand

    @property
    def difference(self) -> Money | None:
        cash, card = self.cash.difference, self.card.difference
        return None if cash is None or card is None else cash + card


def report_of(till: Till) -> Report:
    return reports_of([till])[0]


def reports_of(tills: Collection[Till]) -> list[Report]:
    """Two queries for all of them."""
    sums: dict[tuple[int, str], dict[str, tuple[int, int]]] = {}
    rows = TillLine.objects.filter(till__in=tills).values("till", "method", "kind").order_by()
    for row in rows.annotate(n=Count("pk"), minor=Sum("amount_minor")):
        side = sums.setdefault((row["till"], row["method"]), {})
        side[row["kind"]] = (row["n"], row["minor"])
    sold = _tickets_of(tills)
    return [
        Report(
            till,
            _side(till, sums.get((till.pk, Method.CASH), {}), till.counted_minor),
            _side(till, sums.get((till.pk, Method.CARD), {}), till.terminal_minor),
            [(name, n, till.money(minor)) for name, n, minor in sold.get(till.pk, [])],
        )
        for till in tills
    ]


def lines_of(till: Till) -> QuerySet[TillLine]:
    """The newest first."""
    return TillLine.objects.filter(till=till).select_related("till", "order").order_by("-pk")


def unfinished(device: int, *, at: datetime) -> list[Order]:
    """Begun on this phone, and neither paid nor let go."""
    orders = Order.objects.unpaid().filter(idempotency_scope=scope_of(device), pay_by__gt=at)
    return list(orders.prefetch_related("lines").order_by("pk"))


def find_sales(event: Event, typed: str) -> list[TillLine]:
    """The newest sales of this event, at whatever till, or those of an order, a ticket or a name."""
    sales = TillLine.objects.filter(kind=LineKind.SALE, order__event=event)
    term = typed.strip()
    if term:
        reference = normalise(term)
        sales = sales.filter(
            Q(order__reference=reference)
            | Q(order__name__unaccent__icontains=term)
            | Q(order__lines__units__ticket__reference=reference)
        ).distinct()
    found = sales.select_related("till__device", "order").order_by("-pk")
    return list(found.prefetch_related("order__lines", "order__till_lines")[:FOUND_MAX])


def given_back(order: Order) -> Money:
    """By whomever, in all."""
    return order.total - left_to_give_back(order)


def _side(till: Till, found: Mapping[str, tuple[int, int]], counted: int | None) -> Side:
    parts = {kind: Part(n, till.money(minor)) for kind, (n, minor) in found.items()}
    return Side(
        parts=parts,
        expected=till.money(sum(minor for _n, minor in found.values())),
        counted=None if counted is None else till.money(counted),
    )


def _tickets_of(tills: Collection[Till]) -> dict[int, list[tuple[str, int, int]]]:
    """By till: what was sold there and stands."""
    gone = OrderRefundLine.objects.filter(line=OuterRef("pk")).order_by().values("line")
    lines = OrderLine.objects.filter(
        order__till_lines__in=TillLine.objects.filter(till__in=tills, kind=LineKind.SALE)
    ).annotate(
        dead=Coalesce(Subquery(gone.annotate(n=Count("unit")).values("n")), 0),
        back=Coalesce(Subquery(gone.annotate(n=Sum("amount_minor")).values("n")), 0),
    )
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for line in lines.values_list("order__till_lines__till", "name", *_STANDING).order_by("name"):
        till, name, sold, dead, paid, back = line
        n, minor = found.setdefault(till, {}).get(name, (0, 0))
        found[till][name] = (n + sold - dead, minor + paid - back)
    return {
        till: [(name, n, minor) for name, (n, minor) in names.items() if n or minor]
        for till, names in found.items()
    }
