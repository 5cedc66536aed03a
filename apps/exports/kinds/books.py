"""The ledger, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.core.csv_stream import values_in_chunks
from apps.core.money import Money
from apps.exports.kind import Kind, Narrows, Row
from apps.exports.own_accounts import accounts_of
from apps.exports.scope import Scope
from apps.ledger.models import Entry


def entries(scope: Scope) -> QuerySet[Entry]:
    rows = scope.within(Entry.objects.all(), "posting__at")
    if scope.organizer:
        rows = rows.filter(account__in=accounts_of(scope.organizer))
    return rows


def _postings(scope: Scope) -> Iterator[Row]:
    names = ("posting", "posting__at", "posting__kind", "posting__key", "posting__subject")
    account = ("account__code", "account__currency")
    for *told, code, currency, minor in values_in_chunks(
        entries(scope), *names, *account, "amount_minor"
    ):
        yield [*told, code, currency, Money(minor, currency)]


POSTINGS = Kind(
    name="postings",
    title=_("Postings"),
    to=Capability.MANAGE_PAYOUTS,
    narrows=Narrows.TO_ORGANIZER,
    head=(
        _("Posting"),
        _("When"),
        _("Kind"),
        _("Key"),
        _("Subject"),
        _("Account"),
        _("Currency"),
        _("Amount"),
    ),
    rows=_postings,
    source=entries,
)
