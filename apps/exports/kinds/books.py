"""The ledger, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer
from apps.accounts.roles import Capability
from apps.core.csv_stream import in_chunks
from apps.core.money import Money
from apps.exports.kind import Kind, Narrows, Row
from apps.exports.scope import Scope
from apps.ledger.models import Entry, LedgerAccount

_OWN = ("till", "terminal", "own_sales", "till_difference")


def accounts_of(organizer: Organizer) -> list[int]:
    """What we owe them and what is in their own hands; the platform's own accounts are not theirs."""
    pk = organizer.pk
    theirs = Q(code__startswith=f"org:{pk}:") | Q(code__in=[f"{name}:{pk}" for name in _OWN])
    for name in _OWN[:2]:
        theirs |= Q(code__startswith=f"{name}:{pk}:")
    return list(LedgerAccount.objects.filter(theirs).values_list("pk", flat=True))


def _postings(scope: Scope) -> Iterator[Row]:
    rows = scope.within(Entry.objects.select_related("posting", "account"), "posting__at")
    if scope.organizer:
        rows = rows.filter(account__in=accounts_of(scope.organizer))
    for entry in in_chunks(rows):
        posting, account = entry.posting, entry.account
        yield [
            posting.pk,
            posting.at,
            posting.kind,
            posting.key,
            posting.subject,
            account.code,
            account.currency,
            Money(entry.amount_minor, account.currency),
        ]


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
)
