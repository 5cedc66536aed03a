"""
What of a gift voucher an order is paid with. Its row is locked before the order's places, wherever both are:
who waits for a voucher holds no places.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.core.money import Money
from apps.orders.models import Order
from apps.orders.services.places import VoucherGone as VoucherGone
from apps.orders.services.refused import Refused
from apps.payments.gateways.registry import least, offered
from apps.variants.refusals import Refusal
from apps.vouchers.check import voucher_empty, voucher_in_use, voucher_too_little
from apps.vouchers.models import GiftVoucher
from apps.vouchers.services import hold
from apps.vouchers.services.hold import VoucherGone as NotToBeHad
from apps.vouchers.services.hold import VoucherInUse


class LeavesTooLittle(NotToBeHad):
    """No provider takes the rest that would be left to pay."""


def hold_voucher(order: Order, voucher: GiftVoucher, *, lasts: timedelta, at: datetime) -> None:
    """
    As much of it as is free and the order costs. The caller saves the order.

    :raises NotToBeHad: nothing of it is free, or what is free cannot be used here.
    """
    if not order.total_minor:
        return
    held = hold.hold(voucher, order.claim, order.total, lasts=lasts, at=at)
    if (wanted := _payable_beside(order.total, held)) < held:
        hold.release(order.claim)
        if not wanted:
            raise LeavesTooLittle(voucher.reference)
        held = hold.hold(voucher, order.claim, wanted, lasts=lasts, at=at)
    order.voucher, order.voucher_minor = voucher, held.minor


def claim_voucher(
    order: Order,
    voucher: GiftVoucher | None,
    *,
    instead_of: Order | None,
    lasts: timedelta,
    at: datetime,
) -> None:
    """
    instead_of: the order it replaces, whose voucher pays for this one when no other was named; when it
    is not to be had any more, this one is paid without.

    :raises Refused: nothing of the named one is free. Roll back.
    """
    order.voucher, order.voucher_minor = None, 0
    if instead_of is not None and instead_of.voucher_id is not None:
        hold.release(instead_of.claim)
    taken_over = instead_of.voucher if instead_of is not None else None
    try:
        if (wanted := voucher or taken_over) is not None:
            hold_voucher(order, wanted, lasts=lasts, at=at)
    except NotToBeHad as gone:
        if voucher is not None:
            raise Refused([why_not(gone)]) from gone


def why_not(gone: NotToBeHad) -> Refusal:
    """In words for the buyer."""
    if isinstance(gone, VoucherInUse):
        return voucher_in_use()
    return voucher_too_little() if isinstance(gone, LeavesTooLittle) else voucher_empty()


def spend_voucher(order: Order, *, at: datetime) -> None:
    """
    :raises VoucherGone: roll back.
    """
    if order.voucher_id is None:
        return
    try:
        hold.spend(order.voucher_id, order.claim, order.by_voucher, at=at)
    except NotToBeHad as gone:
        raise VoucherGone(str(order)) from gone


def release_voucher(order: Order) -> None:
    if order.voucher_id is not None:
        hold.release(order.claim)


def _payable_beside(total: Money, held: Money) -> Money:
    """No provider takes a rest of a few cents: then the voucher pays a little less."""
    rest = total - held
    if not rest or offered(rest):
        return held
    smallest = least(total.currency)
    return max(total - smallest, Money.zero(total.currency)) if smallest is not None else held
