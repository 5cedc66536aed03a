"""A voucher that was lost or stolen: nobody pays with it any more, and its rest is on another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.transitions import move
from apps.ledger import voucher_recipes
from apps.ledger.post import post
from apps.trail.record import record
from apps.vouchers.balances import rest_of
from apps.vouchers.models import GiftVoucher
from apps.vouchers.services.hold import lock
from apps.vouchers.services.write_voucher import NewVoucher, Recipient, write_voucher
from apps.vouchers.states import Origin, VoucherState


class NothingLeft(Exception):
    """There is nothing on it to put on another."""


def block(voucher: GiftVoucher, *, reason: str, actor: str, at: datetime) -> None:
    """
    Also an order that holds some of it cannot be paid with it any more.

    :raises IllegalTransition, LostRace: nothing was changed.
    """
    with transaction.atomic():
        locked = lock(voucher.pk)
        move(locked, VoucherState.BLOCKED, actor=actor, at=at, reason=reason)
        record("voucher.block", about=locked, actor=actor, at=at, reason=reason)


def replace(
    voucher: GiftVoucher, to: Recipient, *, reason: str, actor: str, at: datetime
) -> GiftVoucher:
    """
    Another one for what is left of it; it is blocked, if it is not yet.

    :raises NothingLeft, IllegalTransition, LostRace: nothing was changed.
    """
    with transaction.atomic():
        locked = lock(voucher.pk)
        rest = rest_of(locked)
        if rest.minor <= 0:
            raise NothingLeft(locked.reference)
        if locked.state == VoucherState.LIVE:
            move(locked, VoucherState.BLOCKED, actor=actor, at=at, reason=reason)
        new = NewVoucher(
            locked.organizer, locked.provider, rest, Origin.REPLACEMENT, locked, locked.note
        )
        other = write_voucher(new, to, actor=actor, at=at)
        draft = voucher_recipes.replaced(
            locked.provider, locked.pk, other.pk, f"voucher:{locked.pk}", rest
        )
        post(draft, subject=locked.subject, at=at)
        record("voucher.replace", about=locked, actor=actor, at=at, reason=reason, amount=rest)
    return other
