"""At checkout: a gift voucher pays what it can, or no longer does. Nothing about the order's price changes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.orders.models import Order
from apps.orders.services.abandon import abandon_payments
from apps.orders.services.refused import Refused
from apps.orders.services.start_payment import LIVING, NotPayable
from apps.orders.services.vouchers import hold_voucher, release_voucher, why_not
from apps.orders.states import UNPAID, Channel
from apps.payments.models import Payment
from apps.variants.refusals import Reason, Refusal
from apps.vouchers.check import enter_voucher, voucher_empty
from apps.vouchers.services.hold import VoucherGone as NotToBeHad


def put_voucher(order: Order, typed: str, *, at: datetime) -> Order:
    """
    What was begun to be paid at a provider is given up first: the sum is another now.

    order: with its event.
    :raises Refused: the voucher does not work; the order stays as it is.
    :raises NotPayable: it is paid, over, or its money is on the way.
    :raises GatewayError: the provider could not be asked; the order stays as it is.
    """
    entered = enter_voucher(typed, order.event, at=at)
    if entered.voucher is None:
        raise Refused([entered.refusal] if entered.refusal is not None else [voucher_empty()])
    _give_up_payments(order, at=at)
    with transaction.atomic():
        locked = _lock(order, at=at)
        try:
            hold_voucher(locked, entered.voucher, lasts=locked.pay_by - at, at=at)
        except NotToBeHad as gone:
            raise Refused([why_not(gone)]) from gone
        if locked.due and locked.channel == Channel.BOX_OFFICE:
            raise Refused([_too_little(locked)])
        locked.save(update_fields=["voucher", "voucher_minor"])
    return locked


def take_voucher_off(order: Order, *, at: datetime) -> Order:
    """
    :raises NotPayable, GatewayError: the order stays as it is.
    """
    _give_up_payments(order, at=at)
    with transaction.atomic():
        locked = _lock(order, at=at)
        release_voucher(locked)
        locked.voucher, locked.voucher_minor = None, 0
        locked.save(update_fields=["voucher", "voucher_minor"])
    return locked


def _too_little(order: Order) -> Refusal:
    """What is in a till and what is owed by the platform are not mixed in one sale."""
    words = _(
        "It pays only %(part)s, and at the box office a voucher pays a whole sale."
        " Sell as many tickets with it as it pays for, and the others in a second sale."
    )
    return Refusal(Reason.VOUCHER_TOO_LITTLE, words % {"part": order.by_voucher})


def _give_up_payments(order: Order, *, at: datetime) -> None:
    if order.state not in UNPAID or at >= order.pay_by:
        raise NotPayable
    if abandon_payments(order, actor=order.buyer, at=at):
        raise NotPayable


def _lock(order: Order, *, at: datetime) -> Order:
    rows = Order.objects.select_for_update(no_key=True, of=("self",)).select_related("voucher")
    locked = rows.get(pk=order.pk)
    begun = Payment.objects.filter(order_payment__order=locked, state__in=LIVING, superseded=False)
    if locked.state not in UNPAID or at >= locked.pay_by or begun.exists():
        raise NotPayable
    return locked
