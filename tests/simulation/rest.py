"""The world catches up: providers are well, banks decide, the event is over, operators do what is proposed."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import timedelta

from apps.accounts.models import Organizer, PayoutMethod
from apps.core.money import Money
from apps.events.states import EventState
from apps.invoices.models import LegalEntity
from apps.invoices.services.bill_fees import bill_fees, month_before
from apps.ledger.chart import PROVIDERS
from apps.orders.models import Order
from apps.orders.services.called_off import by_hand, to_look_at
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import CalledOff, NotRefundable, refund
from apps.payouts.models import Payout
from apps.payouts.services.approve import approve
from apps.payouts.services.cancel import cancel
from apps.payouts.services.propose import propose
from apps.payouts.states import WAITING, PayoutState
from apps.reconciliation.kinds import Fix, Kind
from apps.reconciliation.models import Case
from apps.reconciliation.services.accept import accept
from apps.reconciliation.services.look import look_lightly
from apps.reconciliation.services.reconcile import reconcile
from apps.reconciliation.services.transfer import Moved, book_transfer
from apps.sandbox.commands import BadCommand
from tests.simulation import clockwork
from tests.simulation.life import Life
from tests.simulation.payouts import OPERATORS
from tests.simulation.providers import DECISIONS, disputes_at

AFTER_THE_EVENT = timedelta(days=14)
# What somebody has to decide although nothing is wrong with the books; any other case is a flaw.
WITH_CAUSE = {
    (Kind.REFUND_MISSING, "failed"),
    (Kind.PAID_WITHOUT_ORDER, "owed"),
    (Kind.PAYOUT_DIFFERS, "unknown"),
    (Kind.FRAUD_WARNING, "warned"),
}
FUNDS_MINOR = 50_000
A_MOMENT = timedelta(minutes=6)
# Not all go every way to their end: each costs, and finds the same.
LOOKED_AT_SOON, LOOKED_AT_TWICE, BILLED = 0.3, 0.3, 0.4
ON_THEIR_WAY = (PayoutState.APPROVED, PayoutState.SENDING, PayoutState.IN_TRANSIT)
UNTIL_IT_ARRIVED = (
    0.3,
    0.3,
    1.1,
    25,
    25,
)  # PayPal takes a batch in steps; what is old is looked at daily


def comes_to_rest(life: Life) -> None:
    life.shop.sandbox.do("clear_faults")
    life.shop.sandbox.do("plan_stripe_refund", outcome="succeeded")
    life.shop.sandbox.do("plan_paypal_refund", outcome="COMPLETED")
    life.skew = timedelta()
    for dispute in disputes_at(life.shop.sandbox):
        _bank_decides(life, dispute)
    _treasury_adds_funds(life)
    if life.perhaps(LOOKED_AT_SOON):
        _goes_on(life, timedelta(minutes=18))
    _goes_on(life, timedelta(hours=25))
    if life.perhaps(LOOKED_AT_TWICE):
        _operators_do_what_is_proposed(life)
    _goes_on(life, max(life.shop.event.ends_at + AFTER_THE_EVENT - life.true, timedelta(days=2)))
    _operators_do_what_is_proposed(life)
    _everything_is_paid_out(life)
    _goes_on(life, timedelta(hours=25))  # nothing is young any more, and what came back was told
    _everything_is_paid_out(life)
    if life.perhaps(BILLED):
        _a_month_is_billed(life)
    reconcile(at=life.at)


def _goes_on(life: Life, span: timedelta) -> None:
    clockwork.lets_pass(life, span - A_MOMENT)
    clockwork.lets_pass(life, A_MOMENT)  # events of just now are not asked for yet
    clockwork.beats(life, clockwork.NOW_AND_THEN)
    clockwork.workers_run(life)


def _bank_decides(life: Life, dispute: str) -> None:
    decision = life.one_of(DECISIONS[1:])
    try:
        life.shop.sandbox.do(decision, dispute=dispute)
    except BadCommand:  # a question is not lost: it becomes a dispute first
        life.shop.sandbox.do("escalate_dispute", dispute=dispute)
        life.shop.sandbox.do(decision, dispute=dispute)


def _operators_do_what_is_proposed(life: Life) -> None:
    look_lightly(at=life.at)
    for case in Case.objects.open().order_by("pk"):
        if case.fix and (Kind(case.kind), case.story["told"]) in WITH_CAUSE:
            done = accept(case, Fix(case.fix), actor="user:1", at=life.at)
            life.tells(f"        … case {case.kind} of {case.subject}: {case.fix}, {done.state}")
    for order in _left_to_people(life) if is_called_off(life) else ():
        with suppress(NotRefundable):
            refund(order, CalledOff(), Giving("user:1", "called off"), at=life.at)
    clockwork.workers_run(life)


def _left_to_people(life: Life) -> list[Order]:
    """Of an event that was called off."""
    return [*to_look_at(life.shop.event), *by_hand(life.shop.event)]


def is_called_off(life: Life) -> bool:
    life.shop.event.refresh_from_db()
    return life.shop.event.state == EventState.CANCELLED


def _treasury_adds_funds(life: Life) -> None:
    """Fees of disputes may leave less at a provider than is owed there."""
    funds = Money(FUNDS_MINOR * life.coin, life.currency)
    for provider in PROVIDERS:
        life.shop.sandbox.do(
            "fund",
            provider=provider,
            currency=life.currency,
            amount=funds.minor // life.unit(provider),
        )
        key = uuid.UUID(int=life.chance.getrandbits(128))
        moved = Moved(provider, -funds, life.at.date(), key)
        book_transfer(moved, actor="user:1", at=life.at)


def _everything_is_paid_out(life: Life) -> None:
    Organizer.objects.update(
        payout_reserve_percent=0, payout_reserve_minor=0, payout_minimum_minor=0
    )
    for method in PayoutMethod.objects.order_by("pk"):
        life.shop.sandbox.do("plan_payout", receiver=method.destination, state="SUCCESS")
    for payout in Payout.objects.filter(state__in=WAITING).order_by("pk"):
        cancel(payout, actor="user:1", reason="all of it at once", at=life.at)
    for method in PayoutMethod.objects.order_by("pk"):
        proposed = propose(method, life.currency, at=life.at)
        if proposed is not None:
            _two_decide(life, proposed)
    clockwork.workers_run(life)
    for hours in UNTIL_IT_ARRIVED:
        if not Payout.objects.filter(state__in=ON_THEIR_WAY).exists():
            return
        clockwork.lets_pass(life, timedelta(hours=hours))
        clockwork.workers_run(life)


def _two_decide(life: Life, payout: Payout) -> None:
    for who in OPERATORS:
        if payout.state in WAITING:
            approve(payout, actor=who, at=life.at)


def _a_month_is_billed(life: Life) -> None:
    life.is_billed = True
    platform = LegalEntity.objects.get(organizer=None)
    bill_fees(platform, month_before(life.at, platform), at=life.at)
    clockwork.beats(life, clockwork.NIGHTLY)
    clockwork.workers_run(life)
