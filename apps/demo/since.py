"""
What became of some of those sales: one ticket given back, one payment disputed, a first payout, and
money at a provider that nobody knows. By the services of everybody, so that each page has something.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from apps.accounts.models import Organizer, PayoutMethod
from apps.core.money import Money
from apps.demo import sandbox
from apps.demo.cast import PEOPLE
from apps.orders.models import Order
from apps.orders.services.dispute import look_at_disputes
from apps.orders.services.give_back import Giving, standing_units
from apps.orders.services.refund import Tickets, refund
from apps.orders.states import OrderState
from apps.payments.gateways.base import Kind
from apps.payouts.services.approve import approve
from apps.payouts.services.persons import takes_two
from apps.payouts.services.propose import propose
from apps.reconciliation.services.reconcile import reconcile
from apps.vouchers.services.issue import issue
from apps.vouchers.services.write_voucher import NewVoucher, Recipient

UNKNOWN_MINOR = 4711
VOUCHER = Money(5000, "EUR")
YESTERDAY = timedelta(days=1)


def go_on(organizer: Organizer, *, actor: str, at: datetime) -> None:
    """
    Once, after the sales of the past.

    :raises GatewayError, OutboundError: the sandbox is not running.
    """
    _give_one_back(_bought(organizer, Kind.PAYPAL), actor=actor, at=at)
    with sandbox.without_webhooks():
        _dispute(_bought(organizer, Kind.STRIPE), at=at)
        _pay_in_what_nobody_knows()
    give_a_voucher(organizer, actor=actor, at=at)
    _pay_out(organizer, actor=actor, at=at)
    reconcile(at=at)


def _bought(organizer: Organizer, provider: Kind) -> Order:
    """The latest of the first show: it stands on top of the lists."""
    orders = Order.objects.filter(
        organizer=organizer,
        state=OrderState.PAID,
        payments__applied=True,
        payments__payment__provider=provider,
    )
    return orders.select_related("event").order_by("event__starts_at", "-created_at")[0]


def _give_one_back(order: Order, *, actor: str, at: datetime) -> None:
    one = frozenset({standing_units(order)[0].pk})
    refund(order, Tickets(one), Giving(actor, "krank geworden"), at=at)


def _dispute(order: Order, *, at: datetime) -> None:
    payment = order.payments.get(applied=True).payment
    sandbox.tell("dispute", payment=payment.ids["session"], reason="product_not_received")
    look_at_disputes(payment, at=at)


def give_a_voucher(organizer: Organizer, *, actor: str, at: datetime) -> None:
    """To the demo's buyer; /demo/ shows its code."""
    buyer = next(person for person in PEOPLE if person.role == "attendee")
    new = NewVoucher(organizer, Kind.STRIPE, VOUCHER, note="Verlosung")
    issue(new, Recipient(buyer.name, buyer.email, "de"), actor=actor, at=at)


def _pay_in_what_nobody_knows() -> None:
    """Yesterday: what is younger may still be on its way into the books."""
    with sandbox.clock_put_right_at_the_end():
        sandbox.put_clock(-YESTERDAY.total_seconds())
        sandbox.tell("fund", provider=Kind.STRIPE, currency="EUR", amount=UNKNOWN_MINOR)


def _pay_out(organizer: Organizer, *, actor: str, at: datetime) -> None:
    """At PayPal, where it can be paid at once; Stripe's waits for the next run. A worker sends it."""
    method = PayoutMethod.objects.get(organizer=organizer, provider=Kind.PAYPAL)
    with transaction.atomic():
        payout = propose(method, "EUR", at=at, actor=actor)
        if payout and not takes_two(payout.amount):
            approve(payout, actor=actor, at=at)
