"""Whose money is where: read from the ledger, like every total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Sum, Value
from django.db.models.functions import Cast, Concat

from apps.core.money import Money, total
from apps.events.models import Event
from apps.ledger import chart
from apps.ledger.chart import Code
from apps.ledger.models import Entry
from apps.ledger.sums import Moved, moved_of
from apps.orders.models import Order

_SALES = ("sale", "unapplied_applied")
_OWN_SALES = ("own_sale", "own_refund")
_PROVIDER_FEES = ("provider_fee_passed_on", "provider_fee_given_back")
_REFUNDS = ("refund_requested",)
_VOUCHERS = ("voucher_issued", "voucher_expired", "voucher_taken_back")
_PAYOUTS = ("payout_approved", "payout_failed", "payout_returned")


@dataclass(frozen=True, slots=True)
class Books:
    """
    Of one currency. sold - fees - refunded - lost - on_vouchers - paid_out = owed. fees: the
    platform's, and the provider's where the contract passes them on.

    on_vouchers: gift vouchers, less what was left when they ended or were taken back. What is spent is sold.
    lost: to disputes. kept: of what is owed, what may still be lost.
    own: sold at their own doors, less what was given back there: never ours, and so not in the sum.
    """

    sold: Money
    fees: Money
    refunded: Money
    paid_out: Money
    own: Money
    lost: Money
    on_vouchers: Money
    kept: Money

    @property
    def owed(self) -> Money:
        gone = self.refunded + self.lost + self.on_vouchers + self.paid_out
        return self.sold - self.fees - gone


def books_of(organizers: Collection[int], *, since: datetime | None = None) -> list[Books]:
    """Of organizers, by currency; `owed` is of all time, so it says nothing when `since` is given."""
    return _by_currency(moved_of(organizers, since=since)) if organizers else []


def books_of_event(event: Event) -> list[Books]:
    subject = Concat(Value("orders.order:"), Cast("pk", CharField()), output_field=CharField())
    orders = Order.objects.filter(event=event).annotate(about=subject).values("about")
    entries = Entry.objects.filter(posting__subject__in=orders).exclude(posting__kind="release")
    sums = entries.values_list("account__code", "posting__kind", "account__currency")
    return _by_currency(
        Moved(Code(code), kind, Money(minor, currency))
        for code, kind, currency, minor in sums.annotate(Sum("amount_minor"))
    )


def _by_currency(moved: Iterable[Moved]) -> list[Books]:
    of: dict[str, list[Moved]] = defaultdict(list)
    for one in moved:
        of[one.amount.currency].append(one)
    return [_books(of[currency], currency) for currency in sorted(of)]


def _books(moved: Sequence[Moved], currency: str) -> Books:
    def sum_of(accounts: str, kinds: Collection[str] = ()) -> Money:
        found = (m for m in moved if m.code.startswith(accounts) and (not kinds or m.kind in kinds))
        return total((m.amount for m in found), currency)

    return Books(
        sold=-sum_of("org:", _SALES) - sum_of(chart.PLATFORM_FEE, _SALES),
        fees=sum_of("org:", _PROVIDER_FEES) - sum_of(chart.PLATFORM_FEE),
        refunded=-sum_of("refunds_in_transit:", _REFUNDS) - sum_of("voucher:", _REFUNDS),
        paid_out=sum_of("org:", _PAYOUTS),
        own=-sum_of("own_sales:", _OWN_SALES),
        lost=sum_of("org:", ["dispute_lost"]),
        on_vouchers=sum_of("org:", _VOUCHERS),
        kept=-total((m.amount for m in moved if ":reserve:" in m.code), currency),
    )
