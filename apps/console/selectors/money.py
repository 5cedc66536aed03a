"""Whose money is where: read from the ledger, like every total."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat

from apps.core.money import Money
from apps.events.models import Event
from apps.ledger import chart
from apps.ledger.models import Entry, Posting
from apps.orders.models import Order

_SALES = ("sale", "unapplied_applied")
_OWN_SALES = ("own_sale", "own_refund")
_PROVIDER_FEES = ("provider_fee_passed_on", "provider_fee_given_back")
_PAYOUTS = ("payout_approved", "payout_failed", "payout_returned")


@dataclass(frozen=True, slots=True)
class Books:
    """
    Of one currency. sold - fees - refunded - lost - paid_out = owed. fees: the platform's, and the
    provider's where the contract passes them on.

    lost: to disputes. kept: of what is owed, what may still be lost.
    own: sold at their own doors, less what was given back there: never ours, and so not in the sum.
    """

    sold: Money
    fees: Money
    refunded: Money
    paid_out: Money
    own: Money
    lost: Money
    kept: Money

    @property
    def owed(self) -> Money:
        return self.sold - self.fees - self.refunded - self.lost - self.paid_out


def books_of(organizers: Collection[int], *, since: datetime | None = None) -> list[Books]:
    """Of organizers, by currency; `owed` is of all time, so it says nothing when `since` is given."""
    theirs = Posting.objects.filter(entries__account__code__regex=_accounts_of(organizers))
    if since:
        theirs = theirs.filter(at__gte=since)
    return _read(theirs) if organizers else []


def books_of_event(event: Event) -> list[Books]:
    subject = Concat(Value("orders.order:"), Cast("pk", CharField()), output_field=CharField())
    orders = Order.objects.filter(event=event).annotate(about=subject).values("about")
    return _read(Posting.objects.filter(subject__in=orders).exclude(kind="release"))


def _accounts_of(organizers: Collection[int]) -> str:
    return f"^(org|own_sales):({'|'.join(str(pk) for pk in sorted(organizers))})(:|$)"


def _read(postings: QuerySet[Posting]) -> list[Books]:
    theirs, fee = Q(account__code__startswith="org:"), Q(account__code=chart.PLATFORM_FEE)
    own = Q(account__code__startswith="own_sales:")
    reserve = Q(account__code__contains=":reserve:")
    way_back = Q(account__code__startswith="refunds_in_transit:")
    rows = (
        Entry.objects.filter(posting__in=postings.values("pk"))
        .values("account__currency")
        .annotate(
            net=Sum("amount_minor", filter=theirs & Q(posting__kind__in=_SALES), default=0),
            gross_fee=Sum("amount_minor", filter=fee & Q(posting__kind__in=_SALES), default=0),
            fee=Sum("amount_minor", filter=fee, default=0),
            passed_on=Sum(
                "amount_minor", filter=theirs & Q(posting__kind__in=_PROVIDER_FEES), default=0
            ),
            refunded=Sum(
                "amount_minor", filter=way_back & Q(posting__kind="refund_requested"), default=0
            ),
            paid_out=Sum("amount_minor", filter=theirs & Q(posting__kind__in=_PAYOUTS), default=0),
            lost=Sum("amount_minor", filter=theirs & Q(posting__kind="dispute_lost"), default=0),
            kept=Sum("amount_minor", filter=theirs & reserve, default=0),
            own=Sum("amount_minor", filter=own & Q(posting__kind__in=_OWN_SALES), default=0),
        )
        .order_by("account__currency")
    )
    return [
        Books(
            sold=Money(-row["net"] - row["gross_fee"], row["account__currency"]),
            fees=Money(row["passed_on"] - row["fee"], row["account__currency"]),
            refunded=Money(-row["refunded"], row["account__currency"]),
            paid_out=Money(row["paid_out"], row["account__currency"]),
            own=Money(-row["own"], row["account__currency"]),
            lost=Money(row["lost"], row["account__currency"]),
            kept=Money(-row["kept"], row["account__currency"]),
        )
        for row in rows
    ]
