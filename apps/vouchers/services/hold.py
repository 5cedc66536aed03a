"""
Paying with a gift voucher: a part of it is held under an order's claim, spent when the order is paid,
given back when it ends unpaid, free by itself at its time. Each takes the voucher's row lock first, then reads
what the books and the other holds leave: two at once cannot have the same cent.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from apps.core.money import Money
from apps.vouchers import hold_sql
from apps.vouchers.balances import rest_of
from apps.vouchers.models import GiftVoucher
from apps.vouchers.states import VoucherState

_BRIDGE = timedelta(minutes=5)  # over the transaction that spends it


class VoucherGone(Exception):
    """It is blocked or over, or what is wanted of it is spent, or held by others."""


class VoucherInUse(VoucherGone):
    """Something is left on it, and other orders hold all of that."""


def hold(
    voucher: GiftVoucher, claim: UUID, wanted: Money, *, lasts: timedelta, at: datetime
) -> Money:
    """
    As much of it as is free, and no more than is wanted.

    :raises VoucherInUse, VoucherGone: nothing of it is free; nothing was held.
    """
    locked = lock(voucher.pk)
    amount = min(_free(locked, claim, at=at), wanted)
    if amount.minor <= 0:
        in_use = _works(locked, at=at) and rest_of(locked).minor > 0
        raise VoucherInUse(voucher.reference) if in_use else VoucherGone(voucher.reference)
    hold_sql.release(claim)  # what it had chosen before
    hold_sql.hold(locked.pk, claim, amount.minor, lasts)
    return amount


def keep(voucher: int, claim: UUID, *, until: datetime, at: datetime) -> None:
    """
    Hold it longer, never shorter. What lapsed is held again, when it is still to be had.

    :raises VoucherGone: roll back.
    """
    locked = lock(voucher)
    held = hold_sql.held(claim)
    if held is None:
        raise VoucherGone(locked.reference)
    _had(locked, claim, held[1], runs=held[2], at=at)
    hold_sql.keep(claim, until)


def spend(voucher: int, claim: UUID, amount: Money, *, at: datetime) -> GiftVoucher:
    """
    For good, in the transaction that books it. What was given back or lapsed is taken again while it
    is to be had.

    :raises VoucherGone: roll back.
    """
    locked = lock(voucher)
    held = hold_sql.held(claim)
    _had(locked, claim, amount.minor, runs=held is not None and held[2], at=at)
    if held is None:
        hold_sql.hold(locked.pk, claim, amount.minor, _BRIDGE)
    hold_sql.spend(claim)
    return locked


def release(claim: UUID) -> None:
    """Give back what was held; what is spent stays spent."""
    hold_sql.release(claim)


def lock(voucher: int) -> GiftVoucher:
    if not connection.in_atomic_block:
        raise RuntimeError("what is left of a voucher is read and taken in one transaction")
    return GiftVoucher.objects.select_for_update(no_key=True).get(pk=voucher)


def _had(voucher: GiftVoucher, claim: UUID, minor: int, *, runs: bool, at: datetime) -> None:
    """A hold whose time runs has its part of the rest; another must find it free."""
    if voucher.state != VoucherState.LIVE:
        raise VoucherGone(voucher.reference)
    if not runs and _free(voucher, claim, at=at).minor < minor:
        raise VoucherGone(voucher.reference)


def _free(voucher: GiftVoucher, claim: UUID, *, at: datetime) -> Money:
    if not _works(voucher, at=at):
        return Money.zero(voucher.currency)
    held = Money(hold_sql.held_of(voucher.pk, besides=claim), voucher.currency)
    return rest_of(voucher) - held


def _works(voucher: GiftVoucher, *, at: datetime) -> bool:
    return voucher.state == VoucherState.LIVE and at < voucher.expires_at
