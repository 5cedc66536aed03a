from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from apps.accounts.models import PayoutMethod
from apps.accounts.states import OrganizerState
from apps.core.money import Money
from apps.core.references import new_reference
from apps.ledger import balances, chart
from apps.ledger.selectors import movements
from apps.ledger.settled import settled_up_to
from apps.outbox.publish import publish
from apps.payouts.models import Payout, PayoutOrder
from apps.payouts.reserve import reserve
from apps.payouts.services.payee import NotPayable, lock_payee
from apps.payouts.services.persons import takes_two
from apps.payouts.subjects import order_ids, payout_ids
from apps.trail.record import record

REFERENCE_LENGTH = 10
BATCH = 1000


def propose_all(*, at: datetime, actor: str = "system") -> Iterator[Payout]:
    """
    For every organizer who can be paid, at each provider and in each currency.

    :raises StillMoving: something is being booked just now; those before it are made.
    """
    methods = PayoutMethod.objects.filter(payable=True, organizer__state=OrganizerState.APPROVED)
    for method in methods.select_related("organizer").order_by("pk"):
        for owed in balances.owed(method.organizer_id):
            if owed.provider != method.provider:
                continue
            # Who is not payable any more was that a moment ago: next time they are not listed.
            with suppress(NotPayable):
                if payout := propose(method, owed.available.currency, at=at, actor=actor):
                    yield payout


def propose(
    method: PayoutMethod, currency: str, *, at: datetime, actor: str = "system"
) -> Payout | None:
    """
    All that may be paid out now; None when that is nothing or too little, or a payout waits to be
    sent already.

    :raises NotPayable: nothing was written.
    :raises StillMoving: nothing was written; something is being booked just now.
    """
    up_to = settled_up_to()
    with transaction.atomic():
        payee = lock_payee(method.organizer_id, method.provider, at=at)
        mine = Payout.objects.filter(
            organizer=payee.organizer, provider=payee.provider, currency=currency
        )
        before = mine.living().order_by("-up_to_entry").first()
        after = before.up_to_entry if before else 0
        amount = payable(payee, currency, up_to=up_to, at=at)
        # A run that looked later than we did may have been faster.
        if mine.unsent().exists() or after > up_to or amount.minor <= 0:
            return None
        if amount.minor < payee.organizer.payout_minimum_minor:
            return None
        payout = Payout.objects.create(
            reference=new_reference(REFERENCE_LENGTH),
            organizer=payee.organizer,
            provider=payee.provider,
            amount_minor=amount.minor,
            currency=currency,
            after_entry=after,
            up_to_entry=up_to,
            proposed_by=actor,
            two_persons=takes_two(amount),
            destination=payee.destination,
            created_at=at,
        )
        _mark_orders(payout)
        record("payout.propose", about=payout, actor=actor, at=at, amount=amount)
        if payout.two_persons:
            publish("payout.waits", about=payout, at=at, first=actor)
        return payout


def payable(payee: PayoutMethod, currency: str, *, up_to: int, at: datetime) -> Money:
    """
    What is settled, less what was taken since (a refund just now), less the reserve; in coins that can be
    sent. What is less than a coin waits for the next.
    """
    account = chart.available(payee.organizer_id, payee.provider)
    settled = -balances.balance_up_to(account, currency, up_to)
    now = -balances.balance(account, currency)
    left = min(settled, now) - reserve(payee.organizer, payee.provider, currency, at=at)
    return left.in_coins()


def _mark_orders(payout: Payout) -> None:
    """Those whose money it carries; also of earlier payouts whose money came back."""
    moved = movements(
        chart.available(payout.organizer_id, payout.provider),
        payout.currency,
        after=payout.after_entry,
        up_to=payout.up_to_entry,
    )
    subjects = {movement.subject for movement in moved}
    came_back = {m.subject for m in moved if m.kind in {"payout_failed", "payout_returned"}}
    again = PayoutOrder.objects.filter(payout__in=payout_ids(came_back))
    orders = {*order_ids(subjects), *again.values_list("order_id", flat=True)}
    PayoutOrder.objects.bulk_create(
        (PayoutOrder(payout=payout, order_id=order) for order in sorted(orders)), batch_size=BATCH
    )
