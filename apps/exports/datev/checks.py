"""What speaks against a batch of a period, in words for whoever asks for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.exports.datev.books import Books, books_of, year_of
from apps.exports.own_accounts import accounts_of
from apps.exports.scope import Scope
from apps.ledger.models import Entry
from apps.orders.models import OrderLine

# The day of a booking is the accountant's, wherever the event was.
ZONE = ZoneInfo("Europe/Berlin")
# By then whatever was under way at midnight is in the books.
SETTLED_AFTER = timedelta(hours=1)


def why_not(scope: Scope, at: datetime) -> list[str]:
    """Empty: it can be made."""
    if scope.organizer is None:
        return [_("Choose one organizer.")]
    books = books_of(scope.one_organizer)
    if books.numbers._state.adding:
        return [_("First say which accounts your accountant uses: “Accounts in DATEV”.")]
    return [*_of_the_period(scope, books, at=at), *_of_the_sales(scope, books)]


def _of_the_period(scope: Scope, books: Books, *, at: datetime) -> list[str]:
    found = []
    if scope.until + SETTLED_AFTER > at:
        found.append(_("The last day is not over yet: its bookings could still change."))
    if year_of(scope.first, books.numbers) != year_of(scope.last, books.numbers):
        found.append(_("These days are in two fiscal years. DATEV takes each year by itself."))
    return found


def _of_the_sales(scope: Scope, books: Books) -> list[str]:
    found = []
    if other := _other_currencies(scope):
        text = _("DATEV bookings are in EUR; there are some in %s in this time.")
        found.append(text % ", ".join(other))
    rates = set(_sold(scope).values_list("tax_rate", flat=True).distinct())
    if missing := sorted(rates - set(books.revenue)):
        text = _("No revenue account is named for the tax rate of %s %%.")
        found.extend(text % rate for rate in missing)
    return found


def _other_currencies(scope: Scope) -> list[str]:
    rows = scope.within(
        Entry.objects.filter(account__in=accounts_of(scope.one_organizer)), "posting__at"
    )
    others = rows.exclude(account__currency="EUR").values_list("account__currency", flat=True)
    return sorted(set(others.order_by().distinct()))


def _sold(scope: Scope) -> QuerySet[OrderLine]:
    """What was paid or given back in this time."""
    paid = Q(order__paid_at__gte=scope.since, order__paid_at__lt=scope.until)
    back = Q(
        refund_lines__order_refund__created_at__gte=scope.since,
        refund_lines__order_refund__created_at__lt=scope.until,
    )
    rows = OrderLine.objects.filter(paid | back, total_minor__gt=0)
    return scope.owned(rows, organizer="order__organizer").order_by()
