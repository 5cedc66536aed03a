"""What the postings of a batch are about: the lines that were sold or given back, and their documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from apps.ledger.models import Posting
from apps.orders.models import Order, OrderLine, OrderRefundLine
from apps.payouts.models import Payout
from apps.payouts.subjects import order_ids, payout_ids, voucher_ids
from apps.vouchers.models import GiftVoucher

REFUNDED = ("refund_requested", "own_refund")


@dataclass(frozen=True, slots=True)
class Part:
    """Of one tax rate, in minor units. What goes back is below zero."""

    rate: Decimal
    amount: int
    discount: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    sold: Mapping[int, Sequence[Part]]  # by order
    given_back: Mapping[int, Sequence[Part]]  # by refund
    onto_vouchers: Mapping[int, Sequence[Part]]  # by decision: there is no refund of a provider
    documents: Mapping[str, str]  # by subject

    def parts(self, posting: Posting) -> Sequence[Part]:
        if _is_onto_voucher(posting):
            return self.onto_vouchers.get(_last_number(posting.key), ())
        if posting.kind in REFUNDED:
            return self.given_back.get(_last_number(posting.key), ())
        return self.sold.get(_last_number(posting.subject), ())

    def document(self, posting: Posting) -> str:
        return self.documents.get(posting.subject, f"P{posting.pk}")


def facts_of(postings: Sequence[Posting]) -> Facts:
    subjects = [posting.subject for posting in postings]
    orders, payouts = order_ids(subjects), payout_ids(subjects)
    back = [p for p in postings if p.kind in REFUNDED]
    refunds = [_last_number(p.key) for p in back if not _is_onto_voucher(p)]
    decided = [_last_number(p.key) for p in back if _is_onto_voucher(p)]
    return Facts(
        sold=_sold(orders),
        given_back=parts_given_back("order_refund__refund", refunds),
        onto_vouchers=parts_given_back("order_refund", decided) if decided else {},
        documents={
            **_references(Order, orders),
            **_references(Payout, payouts),
            **_references(GiftVoucher, voucher_ids(subjects)),
        },
    )


def _is_onto_voucher(posting: Posting) -> bool:
    return posting.key.startswith("refund_requested:order_refund:")


def parts_given_back(by: str, ids: Iterable[int]) -> Mapping[int, Sequence[Part]]:
    """By the column that names what the ids are of."""
    rows = OrderRefundLine.objects.filter(**{f"{by}__in": list(ids)})
    grouped = _by_rate(rows, by, "line__tax_rate").annotate(Sum("amount_minor"))
    return _gathered((key, Part(rate, -amount)) for key, rate, amount in grouped if amount)


def _sold(orders: Sequence[int]) -> Mapping[int, Sequence[Part]]:
    rows = OrderLine.objects.filter(order__in=orders)
    grouped = _by_rate(rows, "order", "tax_rate").annotate(
        Sum("total_minor"), Sum("discount_minor")
    )
    return _gathered((key, Part(rate, *sums)) for key, rate, *sums in grouped if any(sums))


def _by_rate(rows: QuerySet[Any], by: str, rate: str) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.order_by(by, f"-{rate}").values_list(by, rate)
    return found


def _gathered(pairs: Iterable[tuple[int, Part]]) -> Mapping[int, Sequence[Part]]:
    found: dict[int, list[Part]] = defaultdict(list)
    for key, part in pairs:
        found[key].append(part)
    return found


def _references(model: type[Order | Payout | GiftVoucher], ids: Sequence[int]) -> dict[str, str]:
    rows: QuerySet[Any] = model._default_manager.filter(pk__in=ids)
    label = model._meta.label_lower
    return {f"{label}:{pk}": ref for pk, ref in rows.values_list("pk", "reference")}


def _last_number(text: str) -> int:
    last = text.rpartition(":")[2]
    return int(last) if last.isdecimal() else 0
