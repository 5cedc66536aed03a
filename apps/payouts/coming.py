"""What becomes available when: the calendar of an organizer's coming payouts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from apps.accounts.models import Organizer, PayoutMethod
from apps.core.money import Money
from apps.events.models import Event
from apps.events.states import EventState
from apps.ledger import balances, chart
from apps.payouts.models import Payout
from apps.payouts.reserve import reserve
from apps.payouts.services.payee import waits_until
from apps.payouts.services.release import LATE_MONEY

_PENDING = """
    SELECT o.event_id, a.code, a.currency, -sum(e.amount_minor)::bigint
    FROM orders_order o
    JOIN ledger_posting p ON p.subject = 'orders.order:' || o.id
    JOIN ledger_entry e ON e.posting_id = p.id
    JOIN ledger_ledgeraccount a ON a.id = e.account_id
    WHERE o.event_id = ANY(%(events)s) AND a.code = ANY(%(codes)s)
    GROUP BY o.event_id, a.code, a.currency HAVING sum(e.amount_minor) <> 0
"""


@dataclass(frozen=True, slots=True)
class Coming:
    """Of one event's sales at one provider. at: when it is released; None when it was called off."""

    event: Event
    provider: str
    at: datetime | None
    amount: Money


@dataclass(frozen=True, slots=True)
class Now:
    """What is available at one provider in one currency, and what stands between it and a payout."""

    provider: str
    available: Money
    kept: Money
    least: Money  # smaller payouts are not made
    waiting: Payout | None  # one that is not sent yet
    method: PayoutMethod | None
    not_before: datetime | None  # the account is new

    @property
    def next_payout(self) -> Money:
        """Were it proposed now; a payout that waits to be sent is taken out when it is approved."""
        left = (self.available - self.kept).in_coins()
        return left if left.minor >= max(1, self.least.minor) else Money.zero(left.currency)

    @property
    def too_little(self) -> bool:
        return 0 < (self.available - self.kept).minor < self.least.minor

    @property
    def debt(self) -> bool:
        return self.available.minor < 0


def coming(organizer: Organizer, *, at: datetime) -> list[Coming]:
    """The next first; what was called off last."""
    events = {event.pk: event for event in _events(organizer, at=at)}
    codes = {chart.pending(organizer.pk, p): p for p in chart.PROVIDERS}
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, {"events": list(events), "codes": list(codes)})
        rows = cursor.fetchall()
    found = [
        Coming(events[pk], codes[code], _released_at(events[pk], organizer), Money(minor, currency))
        for pk, code, currency, minor in rows
    ]
    return sorted(
        found, key=lambda one: (one.at is None, one.at or one.event.kept_until, one.provider)
    )


def now_of(organizer: Organizer, *, at: datetime) -> list[Now]:
    methods = {method.provider: method for method in organizer.payout_methods.all()}
    unsent = {
        (payout.provider, payout.currency): payout
        for payout in Payout.objects.filter(organizer=organizer).unsent()
    }
    return [
        _now(organizer, owed, methods.get(owed.provider), unsent, at=at)
        for owed in balances.owed(organizer.pk)
        if owed.available or (owed.provider, owed.available.currency) in unsent
    ]


def _now(
    organizer: Organizer,
    owed: balances.Owed,
    method: PayoutMethod | None,
    unsent: dict[tuple[str, str], Payout],
    *,
    at: datetime,
) -> Now:
    currency = owed.available.currency
    return Now(
        provider=owed.provider,
        available=owed.available,
        kept=reserve(organizer, owed.provider, currency, at=at),
        least=Money(organizer.payout_minimum_minor, currency),
        waiting=unsent.get((owed.provider, currency)),
        method=method,
        not_before=waits_until(method, at=at) if method is not None else None,
    )


def _events(organizer: Organizer, *, at: datetime) -> QuerySet[Event]:
    """Those that may have something pending: not released yet, or looked at again for late money."""
    late = at - timedelta(days=organizer.release_days) - LATE_MONEY
    return (
        Event.objects.filter(organizer=organizer)
        .exclude(state=EventState.DRAFT)
        .filter(Q(release=None) | Q(ends_at__gt=late) | Q(sold_until__gt=late))
    )


def _released_at(event: Event, organizer: Organizer) -> datetime | None:
    if event.state == EventState.CANCELLED:
        return None
    return event.kept_until + timedelta(days=organizer.release_days)
