"""Random lives of an organizer's money: whatever happens, in any order, the books and the bank agree."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import PayoutMethod
from apps.core.invariants import offenders
from apps.core.models import StateChange
from apps.core.money import Money
from apps.events.models import Event
from apps.ledger import balances, chart, recipes
from apps.ledger import invariants as ledger_invariants
from apps.ledger.checkpoints import write_checkpoints
from apps.ledger.close import close_books
from apps.orders.models import Order
from apps.payments.gateways import errors
from apps.payments.gateways.base import PayoutState as Told
from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from apps.payouts import invariants as payout_invariants
from apps.payouts.models import Netting, Payout
from apps.payouts.services.apply import Contradiction
from apps.payouts.services.approve import OwedLess, approve
from apps.payouts.services.cancel import cancel
from apps.payouts.services.connect import connect_paypal
from apps.payouts.services.look import look
from apps.payouts.services.net import NothingToNet, net_debt
from apps.payouts.services.payee import PAYEE_DELAY, PayeeTooNew
from apps.payouts.services.persons import NeedsTwoPersons, SamePerson
from apps.payouts.services.propose import propose
from apps.payouts.services.release import release_due
from apps.payouts.services.send import NotNow, send
from apps.payouts.statement import statement
from apps.payouts.statement_csv import head, rows
from apps.payouts.states import MONEY_OUT, WAITING, PayoutState
from tests.factories.bank import Bank, Killed
from tests.factories.paying_out import book, refund, sell, sell_released
from tests.factories.selling import make_event, make_organizer, make_payable

pytestmark = pytest.mark.django_db


@dataclass
class Life:
    """One organizer at PayPal. `pick` chooses among what there is."""

    event: Event
    payee: PayoutMethod
    bank: Bank
    at: datetime
    left: dict[int, int] = field(default_factory=dict)  # what of an order can still be refunded
    going_back: list[tuple[str, int]] = field(default_factory=list)
    refunds: int = 0
    changed: dict[str, datetime] = field(default_factory=dict)  # accounts, and since when

    def sells(self, pick: int) -> None:
        minor = 100 + pick * 37
        order = sell(self.event, minor)
        self.left[order.pk] = minor
        self.bank.balance_minor += minor

    def releases(self, _pick: int) -> None:
        release_due(at=self.at)

    def refunds_some(self, pick: int) -> None:
        open_ones = [(pk, left) for pk, left in sorted(self.left.items()) if left]
        if not open_ones:
            return
        pk, left = open_ones[pick % len(open_ones)]
        order = Order.objects.get(pk=pk)
        minor = max(1, left // 3) if pick % 4 else left
        fee = -balances.about([order.subject], [chart.PLATFORM_FEE])[0].amount
        back = recipes.fee_given_back(Decimal(5), Money(left, "EUR"), Money(minor, "EUR"), fee)
        self.left[pk] = left - minor
        refund(order, minor, fee_back=back.minor)
        self.refunds += 1
        self.going_back.append((f"simulated:{self.refunds}", minor))

    def refund_ends(self, pick: int) -> None:
        if not self.going_back:
            return
        key, minor = self.going_back.pop(pick % len(self.going_back))
        amount = Money(minor, "EUR")
        if pick % 3 == 0:
            book(recipes.refund_failed("paypal", key, amount), "x")
            return
        book(recipes.refund_confirmed("paypal", key, amount), "x")
        self.bank.balance_minor -= minor
        if pick % 3 == 1:
            book(recipes.refund_came_back("paypal", key, amount), "x")
            self.bank.balance_minor += minor

    def proposes(self, pick: int) -> None:
        with suppress(PayeeTooNew):
            propose(self.payee, "EUR", at=self.at, actor=_WHO[pick % 3])

    def approves(self, pick: int) -> None:
        if payout := self.some(pick, *WAITING):
            with suppress(OwedLess, PayeeTooNew, NeedsTwoPersons, SamePerson):
                approve(payout, actor=_WHO[pick // 2 % 3], at=self.at)

    def replaces_the_account(self, pick: int) -> None:
        destination = f"ACCOUNT{pick:06}"
        self.payee = connect_paypal(self.event.organizer, destination, actor="user:1", at=self.at)
        self.changed[destination] = self.at

    def agrees(self, pick: int) -> None:
        organizer = self.event.organizer
        organizer.payout_reserve_percent = Decimal(pick % 5 * 5)
        organizer.save(update_fields=["payout_reserve_percent"])

    def sells_elsewhere(self, pick: int) -> None:
        sell_released(self.event, 100 + pick * 11, "stripe")

    def nets(self, _pick: int) -> None:
        netting = Netting(
            organizer=self.event.organizer,
            owing="paypal",
            paying="stripe",
            currency="EUR",
            reason="agreed",
            actor="user:1",
        )
        with suppress(NothingToNet):
            net_debt(netting, at=self.at)

    def cancels(self, pick: int) -> None:
        if payout := self.some(pick, *WAITING, PayoutState.APPROVED):
            cancel(payout, actor="system", reason="", at=self.at)

    def sends(self, pick: int) -> None:
        payout = self.some(pick, PayoutState.APPROVED, PayoutState.SENDING)
        if payout is None:
            return
        states = (Told.PAID, Told.IN_TRANSIT, Told.UNCLAIMED, Told.HELD)
        self.bank.becomes = states[pick % len(states)]
        breaks = (None, None, None, Killed(), errors.OutcomeUnknown("cut"), errors.Declined("no"))
        self.bank.before = breaks[pick % len(breaks)]
        self.bank.after = breaks[pick // 6 % 5]
        with suppress(Killed, errors.GatewayError, NotNow):
            send(payout, at=self.at)
        self.bank.before = self.bank.after = None

    def hears(self, pick: int) -> None:
        payout = self.some(pick, PayoutState.IN_TRANSIT, *MONEY_OUT)
        if payout is None:
            return
        now_there = self.bank.sent[payout.reference].state
        if now_there not in {Told.RETURNED, Told.FAILED}:
            self.bank.turns(payout.reference, Told.PAID if pick % 5 else Told.RETURNED)
        with suppress(Contradiction):
            look(payout, at=self.at)

    def checkpoints(self, _pick: int) -> None:
        write_checkpoints(at=self.at, tail_min=1)
        close_books(at=self.at, tail_min=1)

    def some(self, pick: int, *states: PayoutState) -> Payout | None:
        found = list(Payout.objects.filter(state__in=states).order_by("pk"))
        return found[pick % len(found)] if found else None


STEPS: tuple[Callable[[Life, int], None], ...] = (
    *[Life.sells, Life.releases, Life.proposes, Life.approves, Life.sends, Life.hears] * 4,
    *[Life.refunds_some, Life.refund_ends] * 2,
    *[Life.sells_elsewhere, Life.nets],
    Life.agrees,
    Life.replaces_the_account,
    Life.cancels,
    Life.checkpoints,
)
_WHO = ("system", "user:1", "user:2")
TWO_PERSONS_ABOVE = 1500


STEPS_PER_LIFE = 120


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    bank = Bank(balance_minor=0)
    monkeypatch.setitem(PAYOUT_GATEWAYS, "paypal", bank)
    return bank


def sound(life: Life) -> None:
    """The money at the bank and in the books, less what left unheard, is the same; no rule is broken."""
    for check in (*ledger_invariants.CHECKS, *payout_invariants.CHECKS):
        assert list(offenders(check)) == [], check.name
    clearing = balances.balance(chart.clearing("paypal"), "EUR").minor
    assert clearing - unheard(life) == life.bank.balance_minor
    assert sum(amount.minor for amount in balances.all_balances().values()) == 0


def unheard(life: Life) -> int:
    """Left the bank, or came back there, without our having asked yet."""
    gone = {Told.PAID, Told.UNCLAIMED, Told.HELD, Told.IN_TRANSIT}
    at_bank = sum(v.amount.minor for v in life.bank.sent.values() if v.state in gone)
    booked = sum(p.amount_minor for p in Payout.objects.filter(state__in=MONEY_OUT))
    return at_bank - booked


@pytest.mark.parametrize("seed", range(10))
def test_any_story_of_sales_refunds_and_payouts_is_sound(
    seed: int, bank: Bank, settings: Any
) -> None:
    """A seed that fails tells its story again."""
    settings.PAYOUT_TWO_PERSONS_ABOVE = {"EUR": TWO_PERSONS_ABOVE}
    event = make_event(make_organizer(release_days=0))
    life = Life(event, make_payable(event.organizer), bank, at=event.ends_at + timedelta(days=1))
    chance = random.Random(seed)
    for _ in range(STEPS_PER_LIFE):
        chance.choice(STEPS)(life, chance.randrange(100))
        life.at += timedelta(hours=8)
    sound(life)
    for payout in Payout.objects.all():
        adds_up(payout)
        was_decided_by_the_rules(life, payout)


def adds_up(payout: Payout) -> None:
    """On paper, and row by row."""
    paper = statement(payout)
    lines = [line.amount.minor for line in (*paper.sales, *paper.refunds)]
    lines += [line.amount.minor for line in paper.others]
    lines += [amount.minor for _, amount in paper.came_back]
    kept = paper.kept_back.minor
    assert paper.carried_forward.minor + sum(lines) - kept == payout.amount_minor
    column = head().index("Amount")
    assert sum(row[column].minor for row in rows(payout)) == payout.amount_minor


def was_decided_by_the_rules(life: Life, payout: Payout) -> None:
    """By two persons above the amount, and to no account that was too new."""
    approval = StateChange.objects.filter(
        subject="payouts.payout", subject_id=payout.pk, target=PayoutState.APPROVED
    ).first()
    if approval is None:
        return
    since = life.changed.get(payout.destination)
    assert since is None or approval.at >= since + PAYEE_DELAY
    if payout.amount_minor > TWO_PERSONS_ABOVE:
        persons = {payout.proposed_by, payout.endorsed_by, payout.approved_by} - {"", "system"}
        assert persons == {"user:1", "user:2"}
