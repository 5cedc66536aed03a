"""The promoter's money on one page: what is there, what comes, and what this month was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.models import Organizer
from apps.accounts.roles import Capability
from apps.console.desk import Desk
from apps.console.selectors.money import Books, books_of
from apps.core.money import Money
from apps.exports.kinds.tax import TaxRow, tax_rows
from apps.exports.scope import Scope, zone_of
from apps.payments.models import Dispute
from apps.payments.states import DISPUTE_RUNNING
from apps.payouts.coming import Coming, Now, coming, now_of
from apps.payouts.models import Payout

FEW = 3


@dataclass(frozen=True, slots=True)
class Taxed:
    """Of one rate and currency, less what was given back."""

    rate: str
    gross: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class MoneyOf:
    organizer: Organizer
    standing: list[Now]
    next: list[Coming]
    payouts: list[Payout]
    month: list[Books]
    taxed: list[Taxed]
    disputes: int


def money(request: HttpRequest, desk: Desk) -> HttpResponse:
    mine = desk.access(request).organizers(Capability.MANAGE_PAYOUTS)
    at = now()
    return desk.render(
        request,
        "console/money.html",
        None,
        title=_("Your money"),
        all_of_it=[_money_of(one, at=at) for one in mine],
    )


def _money_of(organizer: Organizer, *, at: datetime) -> MoneyOf:
    zone = zone_of(organizer, None)
    today = at.astimezone(zone).date()
    month = Scope(organizer, None, today.replace(day=1), today, zone)
    running = Dispute.objects.filter(
        payment__order_payment__order__organizer=organizer, state__in=DISPUTE_RUNNING
    )
    return MoneyOf(
        organizer=organizer,
        standing=now_of(organizer, at=at),
        next=coming(organizer, at=at)[:FEW],
        payouts=list(Payout.objects.filter(organizer=organizer).order_by("-pk")[:FEW]),
        month=books_of([organizer.pk], since=month.since),
        taxed=_by_rate(tax_rows(month)),
        disputes=running.count(),
    )


def _by_rate(rows: Iterable[TaxRow]) -> list[Taxed]:
    sums: dict[tuple[Decimal, str], list[TaxRow]] = defaultdict(list)
    for row in rows:
        sums[row.rate, row.sold.currency].append(row)
    return [
        Taxed(
            rate=f"{rate.normalize():f}",
            gross=sum((row.gross for row in of_rate), Money.zero(currency)),
            tax=sum((row.tax for row in of_rate), Money.zero(currency)),
        )
        for (rate, currency), of_rate in sorted(sums.items())
    ]
