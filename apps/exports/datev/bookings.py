"""
From the ledger to an accountant's bookings. Whatever changed what we owe an organizer, or what is in its
own hands, is booked: what no rule knows goes to the account of what has to be clarified, so that the
accounts of platform and tills always say what the ledger says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Exists, OuterRef, Prefetch, Value
from django.db.models.functions import Cast, Concat

from apps.core.csv_stream import CHUNK, in_chunks
from apps.exports.datev.books import Books, books_of
from apps.exports.datev.facts import Facts, Part, facts_of, parts_given_back
from apps.exports.datev.standard import Revenue
from apps.exports.datev.texts import text_of
from apps.exports.own_accounts import accounts_of
from apps.exports.scope import Scope
from apps.ledger.models import Entry, Posting
from apps.orders.models import OrderRefund
from apps.payments.gateways.base import Kind as Provider

# What sold or gave back tickets: told by tax rate.
_BY_RATE = ("sale", "unapplied_applied", "own_sale", "refund_requested", "own_refund")
# The account of Bookkeeping everything else goes against.
_AGAINST = {
    "dispute_lost": "losses",
    "payout_approved": "transit",
    "payout_failed": "transit",
    "payout_returned": "transit",
    "till_moved": "transit",
    "till_closed": "transit",
}


@dataclass(frozen=True, slots=True)
class Booking:
    """An amount above zero is debited to `account` and credited to `against`."""

    id: str
    day: date
    minor: int
    account: str
    against: str
    document: str
    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class _Source:
    """A fact of which bookings are made."""

    name: str
    kind: str
    day: date
    document: str
    books: Books

    def booking(
        self, what: str, minor: int, account: str, against: str, *, key: str = ""
    ) -> Iterator[Booking]:
        if minor and account != against:
            text = text_of(self.kind, what, self.document)
            name = f"{self.name}/{what}" if what else self.name
            yield Booking(name, self.day, minor, account, against, self.document, text, key)


def bookings(scope: Scope) -> Iterator[Booking]:
    """In the order of the ledger; then what was given back beside it."""
    books = books_of(scope.one_organizer)
    for postings in _batches(scope):
        facts = facts_of(postings)
        for posting in postings:
            yield from _of_posting(posting, facts, books, scope)
    yield from _beside_the_tills(scope, books)


def _batches(scope: Scope) -> Iterator[list[Posting]]:
    theirs = Entry.objects.filter(
        posting=OuterRef("pk"), account__in=accounts_of(scope.one_organizer)
    )
    entries = Prefetch("entries", Entry.objects.select_related("account"))
    rows = scope.within(Posting.objects.filter(Exists(theirs)), "at").order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last).prefetch_related(entries)[:CHUNK]):
        yield batch
        last = batch[-1].pk


def _of_posting(posting: Posting, facts: Facts, books: Books, scope: Scope) -> Iterator[Booking]:
    sums = _sums(posting, scope.one_organizer.pk)
    numbers = books.numbers
    day = posting.at.astimezone(scope.zone).date()
    source = _Source(posting.key, posting.kind, day, facts.document(posting), books)
    fee, passed_on, difference = -sums["fee"], -sums["provider"], sums["difference"]
    yield from source.booking("fee", fee, numbers.fees, numbers.platform, key=numbers.fees_key)
    yield from source.booking("provider", passed_on, numbers.provider_fees, numbers.platform)
    # What lies on vouchers the platform holds for the organizer, who owes it to whoever has them.
    yield from source.booking("voucher", sums["voucher"], numbers.vouchers, numbers.platform)
    hand = numbers.cash if sums["till"] else numbers.terminal
    yield from source.booking("difference", difference, numbers.differences, hand)
    moved = (
        (numbers.platform, -sums["owed"] + fee + passed_on),
        (hand, sums["till"] + sums["terminal"] + difference),
    )
    for account, minor in moved:
        if posting.kind in _BY_RATE:
            yield from _by_rate(source, account, minor, facts.parts(posting) if minor else ())
        else:
            against = getattr(numbers, _AGAINST.get(posting.kind, "unclear"))
            yield from source.booking("", minor, account, against)


def _by_rate(source: _Source, account: str, minor: int, parts: Sequence[Part]) -> Iterator[Booking]:
    """Each part to its rate; what no line tells has to be clarified."""
    books, rest = source.books, minor
    unknown = Revenue(books.numbers.unclear)
    for part in parts:
        to = books.revenue.get(part.rate, unknown)
        off = part.discount if to.discounts else 0
        yield from source.booking(
            f"{part.rate}", part.amount + off, account, to.account, key=to.key
        )
        yield from source.booking(f"discount {part.rate}", off, to.discounts, account, key=to.key)
        rest -= part.amount
    yield from source.booking("rest", rest, account, books.numbers.unclear)


def _sums(posting: Posting, organizer: int) -> Counter[str]:
    """By whose the accounts are, debit positive."""
    roles = {
        f"org:{organizer}:": "owed",
        f"till:{organizer}:": "till",
        f"terminal:{organizer}:": "terminal",
        f"till_difference:{organizer}": "difference",
        "voucher:": "voucher",
        "fee:platform": "fee",
        "fee:provider:": "provider",
    }
    sums: Counter[str] = Counter()
    for entry in posting.entries.all():
        code = entry.account.code
        role = next((role for start, role in roles.items() if code.startswith(start)), "")
        sums[role] += entry.amount_minor
    return sums


def _beside_the_tills(scope: Scope, books: Books) -> Iterator[Booking]:
    """Given back by hand out of no till: the ledger knows of the fee alone, the decision of the rest."""
    name = Concat(Value("own_refund:refund:"), Cast("refund_id", CharField()))
    out_of_a_till = Posting.objects.filter(key=OuterRef("name"))
    rows = scope.owned(OrderRefund.objects.select_related("order"), organizer="order__organizer")
    given = scope.within(rows, "created_at").filter(refund__payment__provider=Provider.OFFLINE)
    given = given.annotate(name=name).filter(~Exists(out_of_a_till))
    for decided in in_chunks(given):
        day = decided.created_at.astimezone(scope.zone).date()
        subject = f"order_refund:{decided.pk}"
        source = _Source(subject, "own_refund", day, decided.order.reference, books)
        parts = parts_given_back("order_refund", [decided.pk]).get(decided.pk, ())
        total = sum(part.amount for part in parts)
        yield from _by_rate(source, books.numbers.transit, total, parts)
