"""A little of everything that can be in the database, made by the services, without providers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import now

from apps.box_office.models import Till, TillLine
from apps.box_office.services.give_back import give_back as hand_back
from apps.box_office.services.open_till import open_till
from apps.box_office.services.sell import InHand, begin_sale, finish_sale
from apps.checkin.models import Scan
from apps.checkin.services.scan import scan
from apps.core.money import Money
from apps.core.transitions import move
from apps.events.models import Event
from apps.inventory.models import Quota
from apps.invoices.models import LegalEntity
from apps.invoices.services.draft import draft_documents
from apps.invoices.services.number import number_waiting
from apps.invoices.services.save_legal import save_legal
from apps.ledger.checkpoints import write_checkpoints
from apps.ledger.close import close_books
from apps.orders.buyers import browser_buyer
from apps.orders.models import Order, OrderPayment
from apps.orders.services.place import Circumstances, Selection, place
from apps.orders.services.refund import refund_order
from apps.orders.services.settle import conclude
from apps.payments.gateways.base import Attempt, RefundView
from apps.payments.gateways.offline import Method
from apps.payments.models import Payment, Refund
from apps.payments.services.apply_refund import apply_refund
from apps.payments.states import PaymentState, RefundState
from apps.payouts.models import Payout
from apps.payouts.services.approve import approve
from apps.payouts.services.propose import propose
from apps.payouts.services.send import send
from apps.tickets.models import Ticket
from apps.trail.sealing import seal
from apps.variants.models import Variant
from tests.factories.door import make_attempt, make_device
from tests.factories.selling import (
    make_event,
    make_organizer,
    make_payable,
    make_quota,
    make_variant,
)

FEE = Money(37, "EUR")  # PayPal's, of each payment


@dataclass
class World:
    """Two tickets were paid and one of them used, one was paid back, one payout made."""

    event: Event
    variant: Variant
    quota: Quota
    paid: Order
    payment: Payment
    given_back: Order
    refund: Refund
    surplus: Payment
    payout: Payout
    scan: Scan
    elsewhere: Event  # of another organizer, with a variant, a quota and an unpaid order
    foreign: Order
    till: Till  # open, with a sale and one given back
    sold_here: TillLine
    given_back_here: TillLine


def make_world() -> World:
    """Needs the `bank` for its payout."""
    at = now()
    organizer = make_organizer(release_at_sale=True)
    payee = make_payable(organizer)
    event = make_event(organizer, at=at - timedelta(days=10))
    variant = make_variant(event)
    quota = make_quota(event, 5, variant)
    paid, payment = buy(event, variant, 2, at=at)
    given_back, _payment = buy(event, variant, 1, at=at)
    surplus = pay(paid, at=at)
    elsewhere = make_event(make_organizer("Schallhof"), at=at)
    foreign_variant = make_variant(elsewhere)
    make_quota(elsewhere, 3, foreign_variant)
    payout = propose(payee, "EUR", at=at)
    assert payout
    approve(payout, actor="user:1", at=at)
    attempt = make_attempt(Ticket.objects.filter(unit__line__order=paid)[0], scanned_at=at)
    scan(attempt, at=at)
    till, sold_here, given_back_here = sell_at_the_door(event, at=at)
    world = World(
        event=event,
        variant=variant,
        quota=quota,
        paid=paid,
        payment=payment,
        given_back=given_back,
        refund=give_back(given_back, at=at),
        surplus=surplus,
        payout=send(payout, at=at),
        scan=Scan.objects.get(scan_id=attempt.own_id),
        elsewhere=elsewhere,
        foreign=order_of(elsewhere, foreign_variant, 1, at=at),
        till=till,
        sold_here=sold_here,
        given_back_here=given_back_here,
    )
    write_checkpoints(at=at, tail_min=1)
    close_books(at=at)
    seal(at=at)
    invoice(world, at=at)
    return world


def invoice(world: World, *, at: datetime) -> None:
    """Of the paid order, and of the one that was given back with its credit note."""
    address = {"street": "Norderwerft 1", "postcode": "20457", "city": "Hamburg"}
    issuer = LegalEntity(
        organizer=world.event.organizer, name="Lichtbogen GmbH", vat_id="DE136695976", **address
    )
    save_legal(issuer, actor="user:1", at=at)
    for order in (world.paid, world.given_back):
        draft_documents(order, at=at)
    number_waiting(issuer, at=at)


def sell_at_the_door(event: Event, *, at: datetime) -> tuple[Till, TillLine, TillLine]:
    """For cash, what has no end."""
    device, _secret = make_device(event, box_office=True)
    standing = make_variant(event, "Stehplatz", price_minor=1000)
    till = open_till(device, Money(5000, "EUR"), cashier="Bela", key=uuid.uuid4(), at=at)
    sales = []
    for _ in range(2):
        order = begin_sale(till, {standing.pk: 1}, sale=uuid.uuid4(), language="en", at=at)
        sales.append(finish_sale(till, order, InHand(Method.CASH), at=at))
    returned = sales[1].order
    assert returned
    return till, sales[0], hand_back(till, returned, reason="ill", at=at)


def order_of(event: Event, variant: Variant, heads: int, *, at: datetime) -> Order:
    buyer = browser_buyer(uuid.uuid4(), address="203.0.113.7")
    circumstances = Circumstances(email="ada@example.org", name="Ada Byron")
    return place(Selection(event, {variant.pk: heads}), buyer, circumstances, at=at)


def buy(event: Event, variant: Variant, heads: int, *, at: datetime) -> tuple[Order, Payment]:
    order = order_of(event, variant, heads, at=at)
    payment = pay(order, at=at)
    order.refresh_from_db()
    return order, payment


def pay(order: Order, *, at: datetime) -> Payment:
    """Captured at PayPal, as it would tell us."""
    name = uuid.uuid4().hex[:12].upper()
    payment = Payment.objects.create(
        reference=name,
        purpose=order.subject,
        provider="paypal",
        amount_minor=order.due.minor,
        currency=order.currency,
        pay_by=order.pay_by,
        created_at=at,
    )
    OrderPayment.objects.create(order=order, payment=payment)
    ids = {"order": f"O-{name}", "capture": f"C-{name}"}
    seen = Attempt(PaymentState.CAPTURED, ids, total=payment.amount, fee=FEE, captured_at=at)
    conclude(payment, seen, actor="provider:paypal", at=at)
    payment.refresh_from_db()
    return payment


def give_back(order: Order, *, at: datetime) -> Refund:
    refund = refund_order(order, actor="user:1", reason="ill", at=at)
    assert refund
    with transaction.atomic():
        move(refund, RefundState.SUBMITTING, actor="system", at=at)
        zero = Money.zero(order.currency)
        seen = RefundView(RefundState.SUCCEEDED, "R-1", refund.amount, fee_returned=zero)
        return apply_refund(refund.pk, seen, at=at)
