from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.money import Money
from apps.core.transitions import move
from apps.ledger import voucher_recipes
from apps.ledger.post import post
from apps.outbox.publish import publish
from apps.trail.record import record
from apps.vouchers.balances import rest_of
from apps.vouchers.models import GiftVoucher
from apps.vouchers.services.block import NothingLeft
from apps.vouchers.services.hold import lock
from apps.vouchers.states import Origin, VoucherState


class NotTheirs(Exception):
    """A buyer paid for what is on it: it came from a refund."""


def take_back(voucher: GiftVoucher, *, reason: str, actor: str, at: datetime) -> Money:
    """
    What was issued by mistake: whatever is left of it is the organizer's again, what was paid with it
    stays paid. Also an order that holds some of it cannot be paid with it any more. How much it was.

    :raises NotTheirs, NothingLeft, IllegalTransition, LostRace: nothing was changed.
    """
    with transaction.atomic():
        locked = lock(voucher.pk)
        if not may_be_taken_back(locked):
            raise NotTheirs(locked.reference)
        rest = rest_of(locked)
        if rest.minor <= 0:
            raise NothingLeft(locked.reference)
        move(locked, VoucherState.TAKEN_BACK, actor=actor, at=at, reason=reason)
        draft = voucher_recipes.taken_back(
            locked.organizer_id, locked.provider, locked.pk, f"voucher:{locked.pk}", rest
        )
        post(draft, subject=locked.subject, at=at)
        record("voucher.take_back", about=locked, actor=actor, at=at, reason=reason, amount=rest)
        publish("voucher.taken_back", about=locked, at=at, amount=rest.minor)
    return rest


def may_be_taken_back(voucher: GiftVoucher) -> bool:
    """Whatever it took the place of was issued, too."""
    first = voucher
    while first.replaces is not None:
        first = first.replaces
    return first.origin == Origin.ISSUED
