"""
An account's entries, a page at a time from an entry on: however many there are, a page costs the same.

The sums of closings say where in the books entries of a day, kind or organizer are, so that a filter looks
only there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from apps.core.money import Money
from apps.core.references import normalise
from apps.invoices.models import Invoice
from apps.ledger import chart
from apps.ledger.balances import balances_after
from apps.ledger.close import last_closing
from apps.ledger.models import DaySum, Entry, LedgerAccount, Posting
from apps.orders.models import Order
from apps.payments.models import Dispute, Payment, Refund
from apps.payouts.models import Payout

PAGE = 50
SHOWN = 30
Range = tuple[int, int | None]  # after < id <= up to


@dataclass(frozen=True, slots=True)
class Wanted:
    first: date | None = None
    last: date | None = None
    kind: str = ""
    organizer: int | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    entry: Entry
    balance: Money  # of the account, when this was booked


@dataclass(frozen=True, slots=True)
class Page:
    """older, newer: from which entry on the next page is, if there is one."""

    rows: list[Row]
    older: int | None
    newer: int | None


def older_than(account: LedgerAccount, wanted: Wanted, before: int | None) -> Page:
    """The newest entries before that one, newest first."""
    entries = _entries(account, wanted).order_by("-pk")
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = _first(entries, _ranges(account, wanted, before=before))
    more = len(found) > PAGE
    return _page(account, found[:PAGE], older=more, newer=before is not None)


def newer_than(account: LedgerAccount, wanted: Wanted, after: int) -> Page:
    """The oldest entries after that one, newest first."""
    entries = _entries(account, wanted).order_by("pk").filter(pk__gt=after)
    found = _first(entries, _ranges(account, wanted, after=after))
    more = len(found) > PAGE
    return _page(account, found[:PAGE][::-1], older=True, newer=more)


def kinds_on(account: LedgerAccount) -> list[str]:
    """That ever moved it."""
    summed = DaySum.objects.filter(account=account).values_list("kind", flat=True).distinct()
    tail = Entry.objects.filter(account=account, pk__gt=last_closing().up_to_entry)
    return sorted({*summed, *tail.values_list("posting__kind", flat=True).distinct()})


def subjects_of(reference: str) -> list[str]:
    """What somebody means who types it: an order, payment, payout, dispute or invoice, or a subject."""
    typed = reference.strip()
    name = normalise(typed)
    orders = Order.objects.filter(
        Q(reference=name)
        | Q(payments__payment__in=Payment.objects.filter(Q(reference=name) | Q(provider_id=typed)))
        | Q(payments__payment__in=Refund.objects.filter(provider_id=typed).values("payment"))
        | Q(payments__payment__in=Dispute.objects.filter(provider_id=typed).values("payment"))
        | Q(pk__in=Invoice.objects.filter(number=typed).values("order"))
    )
    payouts = Payout.objects.filter(reference=name)
    return [typed, *(row.subject for row in [*orders.distinct()[:SHOWN], *payouts[:SHOWN]])]


def postings_about(subject: str, key: str = "") -> tuple[list[tuple[Posting, list[Money]]], bool]:
    """
    With what each moved, by currency; and whether there are more than are shown.

    key: of one thing among all that postings about this subject are of, e.g. "refund:3".
    """
    rows = Posting.objects.filter(subject=subject).order_by("pk")
    if key:
        rows = rows.filter(Q(key__endswith=f":{key}") | Q(key__contains=f":{key}:"))
    found = list(rows[: SHOWN + 1])
    debits = (
        Entry.objects.filter(posting__in=found, amount_minor__gt=0)
        .values_list("posting", "account__currency")
        .annotate(Sum("amount_minor"))
    )
    sums: dict[int, list[Money]] = {}
    for posting, currency, minor in debits.order_by("account__currency"):
        sums.setdefault(posting, []).append(Money(minor, currency))
    return [(p, sums.get(p.pk, [])) for p in found[:SHOWN]], len(found) > SHOWN


def _entries(account: LedgerAccount, wanted: Wanted) -> QuerySet[Entry]:
    entries = Entry.objects.filter(account=account).select_related("posting")
    if wanted.kind:
        entries = entries.filter(posting__kind=wanted.kind)
    if wanted.first:
        entries = entries.filter(posting__at__gte=_start(wanted.first))
    if wanted.last:
        entries = entries.filter(posting__at__lt=_start(wanted.last + timedelta(days=1)))
    if wanted.organizer:
        theirs = chart.of_organizers([wanted.organizer])
        entries = entries.filter(
            Exists(Entry.objects.filter(posting=OuterRef("posting"), account__code__regex=theirs))
        )
    if wanted.reference:
        entries = entries.filter(posting__subject__in=subjects_of(wanted.reference))
    return entries


def _ranges(
    account: LedgerAccount, wanted: Wanted, *, before: int | None = None, after: int | None = None
) -> list[Range]:
    """Where to look, as far as a page needs it, in the order of the page."""
    narrows = wanted.kind or wanted.first or wanted.last or wanted.organizer
    if not narrows or wanted.reference:
        return [(0, None)]
    closed = last_closing().up_to_entry
    tail: list[Range] = [(closed, None)]
    if before is not None:
        return [*tail, *_enough(_summed(account, wanted).filter(closing__after_entry__lt=before))]
    if after is not None:
        later = _summed(account, wanted).filter(closing__up_to_entry__gt=after)
        return [*_enough(later.order_by("closing")), *tail]
    return [*tail, *_enough(_summed(account, wanted))]


def _summed(account: LedgerAccount, wanted: Wanted) -> QuerySet[DaySum, Any]:
    sums = DaySum.objects.filter(account=account)
    if wanted.kind:
        sums = sums.filter(kind=wanted.kind)
    if wanted.first:
        sums = sums.filter(day__gte=wanted.first)
    if wanted.last:
        sums = sums.filter(day__lte=wanted.last)
    if wanted.organizer:
        sums = sums.filter(organizer=wanted.organizer)
    columns = ("closing__after_entry", "closing__up_to_entry")
    return sums.order_by("-closing").values_list(*columns).annotate(n=Sum("entries"))


def _enough(closings: Iterable[tuple[int, int, int]]) -> list[Range]:
    """
    Of so many entries that a page is full; closings that follow each other are one range. The first
    one may hold the entry where the page begins, so it is not counted.
    """
    ranges: list[Range] = []
    found = 0
    for number, (after, up_to, entries) in enumerate(closings):
        found += entries if number else 0
        if ranges and ranges[-1][0] == up_to:
            ranges[-1] = (after, ranges[-1][1])
        elif ranges and ranges[-1][1] == after:
            ranges[-1] = (ranges[-1][0], up_to)
        else:
            ranges.append((after, up_to))
        if found > PAGE:
            break
    return ranges


def _first(entries: QuerySet[Entry], ranges: Sequence[Range]) -> list[Entry]:
    """One range after the other: asked for all of them at once, PostgreSQL reads what lies between, too."""
    found: list[Entry] = []
    for after, up_to in ranges:
        within = entries.filter(pk__gt=after)
        if up_to is not None:
            within = within.filter(pk__lte=up_to)
        found += within[: PAGE + 1 - len(found)]
        if len(found) > PAGE:
            break
    return found


def _page(account: LedgerAccount, entries: Sequence[Entry], *, older: bool, newer: bool) -> Page:
    balances = balances_after(account, [entry.pk for entry in entries])
    return Page(
        rows=[Row(entry, balances[entry.pk]) for entry in entries],
        older=entries[-1].pk if entries and older else None,
        newer=entries[0].pk if entries and newer else None,
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
