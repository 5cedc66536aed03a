"""Random lives of a shop at both providers: buyers, webhooks, outages, time. The books and the bank agree."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from django.db.models import QuerySet
from django.utils.timezone import now

from apps.audit.registry import all_checks
from apps.audit.run import look
from apps.inventory.claims import SoldOut
from apps.inventory.holds import NotOurs
from apps.ledger import balances, chart
from apps.orders.models import Order, OrderPayment
from apps.orders.services.cancel import NotCancellable, cancel
from apps.orders.services.refund import NotRefundable, refund_order
from apps.orders.services.send_back import NothingToSendBack, send_back
from apps.orders.services.start_payment import NotPayable
from apps.orders.states import UNPAID
from apps.payments.gateways.base import Kind
from apps.payments.gateways.errors import GatewayError
from apps.payments.models import Dispute, Payment, Refund
from apps.payments.services.chase import poll_disputes, poll_payments, poll_refunds
from apps.payments.services.refund import NotRefundable as PaymentNotRefundable
from apps.payments.states import PaymentState
from apps.payments.webhooks.inbox import receive
from apps.sandbox.commands import BadCommand
from apps.sandbox.paypal import book
from apps.sandbox.paypal.errors import PayPalError
from apps.sandbox.stripe import balance
from tests.buying import Buyer, Shop, open_shop
from tests.clock import shift_claims_clock
from tests.expiring import expire_due
from tests.outbox_pump import deliver_all, undelivered
from tests.sandbox_server import SandboxForTests

SEEDS, STEPS_PER_LIFE = 30, 30
CAPACITY = 7
PAYING = {
    Kind.STRIPE: ("pay", "pay", "pay", "decline", "pay_later", "pay_later_in_vain"),
    Kind.PAYPAL: ("approve", "approve", "approve", "declined", "echeck", "echeck_bounces"),
}
DECISIONS = ("escalate_dispute", "win_dispute", "lose_dispute", "withdraw_dispute")
OVER = ("won", "lost", "warning_closed", "RESOLVED")
FAULTS = ("error_before", "error_after", "cut_before", "cut_after")
# What a person meets and lives with; anything else fails the story.
TROUBLE = (
    *(SoldOut, NotOurs, NotCancellable, NotRefundable, NotPayable, GatewayError),
    *(BadCommand, PayPalError, PaymentNotRefundable),
)


Row = TypeVar("Row", Order, Payment)


@dataclass
class Life:
    shop: Shop
    at: datetime
    chance: random.Random
    began: datetime = field(init=False)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.began = self.at

    def chooses(self) -> None:
        buyer = Buyer(self.shop)
        buyer.fills_in(buyer.chooses(self.chance.randint(1, 3), at=self.at), at=self.at)

    def goes_to_pay(self) -> None:
        if order := self.some(Order.objects.unpaid()):
            provider = self.chance.choice([Kind.STRIPE, Kind.PAYPAL])
            Buyer(self.shop).goes_to(provider, order, at=self.at)

    def pays(self) -> None:
        """Also on pages that were left open, of orders that are long over."""
        if payment := self.some(Payment.objects.exclude(provider_id="")):
            how = self.chance.choice(PAYING[Kind(payment.provider)])
            Buyer(self.shop).pays(payment, how)

    def comes_back(self) -> None:
        if payment := self.some(Payment.objects.all()):
            Buyer(self.shop).comes_back(payment, at=self.at)

    def cancels(self) -> None:
        if order := self.some(Order.objects.unpaid()):
            cancel(order, actor="browser", reason="", at=self.at)

    def is_refunded(self) -> None:
        if order := self.some(Order.objects.filter(state="paid")):
            refund_order(order, actor="user:1", reason="ill", at=self.at)

    def goes_to_the_bank(self) -> None:
        """Also over money that went back, or bought nothing; perhaps twice."""
        if payment := self.some(Payment.objects.filter(state=PaymentState.CAPTURED)):
            own = payment.ids.get("session") or payment.ids["order"]
            how = self.chance.choice(["dispute", "dispute", "inquiry"])
            self.shop.sandbox.do("dispute", payment=own, how=how)

    def a_bank_decides(self) -> None:
        if running := disputes_at_the_providers(self.shop.sandbox):
            decision = self.chance.choice(DECISIONS)
            self.shop.sandbox.do(decision, dispute=self.chance.choice(running))

    def webhooks_come(self) -> None:
        """Some of all there ever were, in any order, perhaps twice."""
        events = self.shop.sandbox.notices()
        chosen = [self.chance.choice(events) for _ in range(min(4, len(events)))]
        for provider, event in chosen:
            headers, body = self.shop.sandbox.packed(provider, event)
            known = {name.lower(): value for name, value in headers.items()}
            receive(Kind(provider), known, body, endpoint="platform", at=self.at)

    def workers_run(self) -> None:
        deliver_all(at=self.at)

    def a_provider_fails(self) -> None:
        operation = self.chance.choice(["stripe.*", "paypal.*"])
        self.shop.sandbox.do("add_fault", operation=operation, kind=self.chance.choice(FAULTS))

    def time_passes(self) -> None:
        self.lets_pass(timedelta(minutes=self.chance.choice([1, 4, 12])))

    def lets_pass(self, span: timedelta) -> None:
        self.at += span
        self.shop.sandbox.later(span.total_seconds())
        shift_claims_clock(self.at - self.began)
        expire_due(at=self.at)
        poll_payments(at=self.at)
        poll_refunds(at=self.at)
        poll_disputes(at=self.at)

    def comes_to_rest(self) -> None:
        """The providers are well again, nobody buys any more, and the clockwork goes on."""
        self.shop.sandbox.do("clear_faults")
        for dispute in disputes_at_the_providers(self.shop.sandbox):
            with suppress(BadCommand):  # a question is not lost
                self.shop.sandbox.do(self.chance.choice(DECISIONS[1:]), dispute=dispute)
        for hours in (0.1, 0.2, 0.4, 1, 1, 2, 24, 24, 24):
            self.lets_pass(timedelta(hours=hours))
            deliver_all(at=self.at)
            self.operators_send_back()

    def operators_send_back(self) -> None:
        """Refunds that a bank's dispute had stopped."""
        for payment in Payment.objects.filter(refunds__state="failed").distinct():
            with suppress(NothingToSendBack, PaymentNotRefundable):
                send_back(payment, actor="user:1", at=self.at)

    def some(self, rows: QuerySet[Row]) -> Row | None:
        found = list(rows.order_by("pk"))
        return self.chance.choice(found) if found else None


STEPS: tuple[Callable[[Life], None], ...] = (
    *[Life.chooses, Life.goes_to_pay, Life.pays, Life.comes_back] * 4,
    *[Life.webhooks_come, Life.workers_run, Life.time_passes] * 2,
    Life.cancels,
    Life.is_refunded,
    Life.a_provider_fails,
    Life.goes_to_the_bank,
    Life.a_bank_decides,
)


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.payments.gateways.retrying.PAUSE_SECONDS", 0)


def live(life: Life) -> None:
    life.chooses()
    for _ in range(STEPS_PER_LIFE):
        step = life.chance.choice(STEPS)
        with suppress(*TROUBLE):
            step(life)
            life.told.append(step.__name__)
    life.comes_to_rest()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(SEEDS))
def test_any_history_ends_with_books_that_agree(
    sandbox: SandboxForTests, no_pauses: None, seed: int
) -> None:
    """A seed that fails tells its story again."""
    shop = open_shop(sandbox, capacity=CAPACITY)
    life = Life(shop, now(), random.Random(seed))
    live(life)

    assert [row for finding in look(all_checks()) for row in finding.rows] == [], life.told
    assert undelivered() == []
    assert not Order.objects.filter(state__in=UNPAID).exists()
    assert everything_captured_has_a_place() == []
    assert at_the_bank(sandbox) == in_the_books()
    waiting = ("unapplied", "refunds_in_transit", "disputed", f"org:{shop.organizer.pk}:reserve")
    assert [code for code in shop.balances() if code.startswith(waiting)] == []


def everything_captured_has_a_place() -> list[Payment]:
    """Captured money that neither paid an order nor went back."""
    captured = Payment.objects.filter(state=PaymentState.CAPTURED)
    used = OrderPayment.objects.filter(applied=True).values("payment")
    back = Refund.objects.filter(state="succeeded").values("payment")
    taken = Dispute.objects.filter(state="lost").values("payment")
    return list(captured.exclude(pk__in=used).exclude(pk__in=back).exclude(pk__in=taken))


def disputes_at_the_providers(sandbox: SandboxForTests) -> list[str]:
    store = sandbox.world.store
    stripe = [d["id"] for d in store.oldest("dispute") if d["status"] not in OVER]
    return stripe + [
        d["dispute_id"] for d in store.oldest("paypal_dispute") if d["status"] not in OVER
    ]


def at_the_bank(sandbox: SandboxForTests) -> dict[str, int]:
    stripe = balance.sums(sandbox.world)
    return {
        "stripe": sum(stripe.get("eur", [0])),
        "paypal": book.balance(sandbox.world, "EUR"),
    }


def in_the_books() -> dict[str, int]:
    return {p: balances.balance(chart.clearing(p), "EUR").minor for p in ("stripe", "paypal")}
