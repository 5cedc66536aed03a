"""Each fee of a sale by what it is, as it was booked: what an organizer bore, and what came back."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from apps.accounts.roles import Capability
from apps.core.csv_stream import CHUNK
from apps.core.money import Money
from apps.exports.kind import Kind, Narrows, Row
from apps.exports.own_accounts import accounts_of
from apps.exports.scope import Scope
from apps.ledger import chart
from apps.ledger.models import Entry
from apps.orders.models import Order
from apps.payouts.subjects import order_ids

_PASSED_ON = ("provider_fee_passed_on", "provider_fee_given_back")
_WORDS = {
    (chart.PLATFORM_FEE, True): gettext_noop("Platform fee"),
    (chart.PLATFORM_FEE, False): gettext_noop("Platform fee given back"),
    ("", True): gettext_noop("Fee of the payment provider"),
    ("", False): gettext_noop("Fee of the payment provider, given back"),
}


def _booked(scope: Scope) -> QuerySet[Entry]:
    of_platform = Q(account__code=chart.PLATFORM_FEE)
    of_provider = Q(account__code__startswith="fee:provider:", posting__kind__in=_PASSED_ON)
    rows = scope.within(Entry.objects.filter(of_platform | of_provider), "posting__at")
    if scope.organizer:
        accounts = accounts_of(scope.organizer)
        theirs = Entry.objects.filter(posting=OuterRef("posting"), account__in=accounts)
        rows = rows.filter(Exists(theirs))
    return rows


def _fees(scope: Scope) -> Iterator[Row]:
    """Above zero: borne; below: it came back."""
    rows, last = _booked(scope).select_related("posting", "account").order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = batch[-1].pk
        ids = order_ids(entry.posting.subject for entry in batch)
        orders = Order.objects.select_related("event").in_bulk(ids)
        for entry in batch:
            order = next((orders[pk] for pk in order_ids([entry.posting.subject])), None)
            if scope.event and (order is None or order.event_id != scope.event.pk):
                continue
            yield _row(entry, order)


def _row(entry: Entry, order: Order | None) -> Row:
    amount = Money(-entry.amount_minor, entry.account.currency)
    code = entry.account.code if entry.account.code == chart.PLATFORM_FEE else ""
    return [
        entry.posting.at,
        _now(_WORDS[code, amount.minor > 0]),
        order.reference if order else "",
        order.event.title if order else "",
        entry.account.currency,
        amount,
    ]


FEES = Kind(
    name="fees",
    title=_("Fees"),
    to=Capability.SEE_ORDERS,
    narrows=Narrows.TO_EVENT,
    head=(_("When"), _("Fee"), _("Order"), _("Event"), _("Currency"), _("Amount")),
    rows=_fees,
    source=_booked,
)
