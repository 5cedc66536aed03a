"""
The use of a code that an order owns. It is locked before the order's places, wherever both are: who
waits for a code holds no places.
"""

from __future__ import annotations

from datetime import timedelta

from apps.inventory.claims import VeryBusy
from apps.orders.models import Order
from apps.orders.services.places import PlacesGone
from apps.orders.services.refused import Refused
from apps.vouchers.check import used_by_them, used_up
from apps.vouchers.keys import digests_of
from apps.vouchers.models import Code
from apps.vouchers.services import claim
from apps.vouchers.services.claim import CodeBusy, UsedByThem, UsedUp
from apps.vouchers.texts import normalise


def is_of_order(order: Order, typed: str) -> bool:
    """Whether it is the order's own code, or its gift voucher's; nothing was typed for one without."""
    if order.voucher is not None and order.voucher.digest in digests_of(typed):
        return True
    return normalise(typed) == (order.code.text if order.code is not None else "")


def claim_code(
    order: Order, code: Code | None, *, instead_of: Order | None, hold: timedelta
) -> None:
    """
    instead_of: the order it replaces; its use is given up first, so it may be claimed again.

    :raises Refused, VeryBusy: roll back.
    """
    if instead_of is not None and instead_of.code_id is not None:
        claim.release(instead_of.claim)
    if code is None:
        return
    try:
        claim.claim_use(code, order.claim, buyer=order.buyer, hold=hold)
    except UsedUp as gone:
        raise Refused([used_up()]) from gone
    except UsedByThem as again:
        raise Refused([used_by_them()]) from again
    except CodeBusy as busy:
        raise VeryBusy from busy


def name_person(order: Order, *, email: str) -> None:
    """
    :raises Refused: this address used the code already. Roll back.
    """
    if order.code is None:
        return
    try:
        claim.name_person(order.code, order.claim, email=email)
    except UsedByThem as again:
        raise Refused([used_by_them()]) from again


def spend_code(order: Order) -> None:
    """
    One that lapsed is claimed again.

    :raises PlacesGone: its use lapsed, went to somebody else, and there is no other. Roll back.
    """
    if order.code is None:
        return
    try:
        claim.spend(order.code, order.claim, buyer=order.buyer, email=order.email)
    except (UsedUp, CodeBusy) as gone:
        raise PlacesGone from gone


def release_code(order: Order) -> None:
    if order.code_id is not None:
        claim.release(order.claim)
