"""The buyer has chosen how to pay: one living payment, and the page of its provider."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core.asked_often import AskedOften
from apps.core.money import Money
from apps.core.transitions import move
from apps.events.states import EventState
from apps.orders.models import Order, OrderLine, OrderPayment
from apps.orders.selectors import payments_begun
from apps.orders.services import places
from apps.orders.services.abandon import abandon_other_payments
from apps.orders.services.confirm import confirm
from apps.orders.states import UNPAID, Channel, OrderState
from apps.payments.gateways.base import Kind, Line
from apps.payments.models import Payment
from apps.payments.services.launch import launch
from apps.payments.services.open import NewPayment, open_payment
from apps.payments.states import PaymentState

GRACE = timedelta(minutes=5)  # places stay ours this long after pay_by, once a payment has begun

LIVING = (
    PaymentState.CREATED,
    PaymentState.AWAITING_BUYER,
    PaymentState.APPROVED,
    PaymentState.PROCESSING,
)


class NotPayable(Exception):
    """It is paid, over, or its time is up."""


class DetailsMissing(Exception):
    """E-mail, name or the acceptance of the terms is missing."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the provider sends the buyer back to."""

    return_url: str
    cancel_url: str


def start_payment(order: Order, provider: Kind, addresses: Addresses, *, at: datetime) -> Payment:
    """
    A payment whose `redirect_url` leads to the provider. Asking again gives the same payment. What was begun
    at a counter is paid there, and nothing else is.

    :raises NotPayable, DetailsMissing: no payment was begun.
    :raises GatewayError: the provider could not be asked; the places stay held, try again.
    """
    if order.state == OrderState.PENDING:  # an open order has no payment that could still be paid
        abandon_other_payments(order, provider, actor=order.buyer, at=at)
    payment = _open(order, provider, addresses, at=at)
    if payment.state == PaymentState.CREATED:
        payment = launch(payment, at=at)
    return payment


def finish_free(order: Order, *, at: datetime) -> Order:
    """
    Nothing is to pay, or a gift voucher pays it all: the order is confirmed at once. At a counter its till
    has to know (`take_money.py take_nothing`).

    :raises NotPayable, DetailsMissing, PlacesGone, VoucherGone: nothing was changed.
    """
    with transaction.atomic():
        locked = _lock_payable(order, at=at)
        if locked.due or locked.channel == Channel.BOX_OFFICE:
            raise NotPayable
        confirm(locked, None, actor=locked.buyer, at=at)
    return locked


def _open(order: Order, provider: Kind, addresses: Addresses, *, at: datetime) -> Payment:
    with transaction.atomic():
        locked = _lock_payable(order, at=at)
        at_the_counter = locked.channel == Channel.BOX_OFFICE
        if not locked.due or at_the_counter is not (provider == Kind.OFFLINE):
            raise NotPayable
        begun = payments_begun(locked)
        if (living := _living(begun, provider)) is not None:
            return living
        places.keep(locked, until=locked.pay_by + GRACE, at=at)
        invoice = f"{locked.reference}-{len(begun) + 1}"
        new = _new_payment(locked, order.lines.all(), provider, addresses, invoice)
        payment = open_payment(new, at=at)
        OrderPayment.objects.create(order=locked, payment=payment)
        if locked.state == OrderState.OPEN:
            move(locked, OrderState.PENDING, actor=locked.buyer, at=at)
        return payment


def _locked(order: int) -> QuerySet[Order]:
    rows = Order.objects.select_for_update(no_key=True, of=("self",)).select_related("event")
    return rows.filter(pk=order)


_LOCKED = AskedOften(_locked, -1)


def _lock_payable(order: Order, *, at: datetime) -> Order:
    locked = _LOCKED.get(order.pk)
    on_sale = locked.event.state == EventState.PUBLISHED
    if locked.state not in UNPAID or at >= locked.pay_by or not on_sale:
        raise NotPayable
    if not locked.has_details:
        raise DetailsMissing
    return locked


def _living(begun: Sequence[Payment], provider: Kind) -> Payment | None:
    """The newest that can be paid at this provider."""
    for payment in reversed(begun):
        if payment.provider == provider and payment.state in LIVING and not payment.superseded:
            return payment
    return None


def _new_payment(
    order: Order, lines: Iterable[OrderLine], provider: Kind, addresses: Addresses, invoice: str
) -> NewPayment:
    return NewPayment(
        provider=provider,
        purpose=order.subject,
        invoice=invoice,
        total=order.due,
        lines=_lines(order, lines),
        email=order.email,
        locale=order.language,
        description=order.event.title,
        return_url=addresses.return_url,
        cancel_url=addresses.cancel_url,
        pay_by=order.pay_by,
    )


def _lines(order: Order, lines: Iterable[OrderLine]) -> tuple[Line, ...]:
    """They add up to what is paid; of one that a gift voucher pays in part, only the rest is told."""
    if order.voucher_minor:
        return (Line(_("Tickets, less your gift voucher"), order.due, 1),)
    return tuple(
        Line(line.name, Money(line.unit_price_minor, order.currency), line.quantity)
        for line in sorted(lines, key=lambda line: line.pk)
    )
