from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.transitions import move
from apps.ledger import voucher_recipes
from apps.ledger.post import post
from apps.trail.record import record
from apps.vouchers import hold_sql
from apps.vouchers.balances import rest_of
from apps.vouchers.models import GiftVoucher
from apps.vouchers.states import UNFINISHED, VoucherState

AT_ONCE = 200


def expire_due(*, at: datetime) -> int:
    """
    What is left of vouchers whose time is up is the organizer's again. How many ended; one that somebody
    is paying with waits. Safe to run twice at once, and to be stopped.
    """
    due = GiftVoucher.objects.filter(state__in=UNFINISHED, expires_at__lte=at)
    ids = list(due.order_by("expires_at").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_expire(pk, at=at) for pk in ids)


def _expire(pk: int, *, at: datetime) -> bool:
    with transaction.atomic():
        rows = GiftVoucher.objects.select_for_update(no_key=True, skip_locked=True)
        voucher = rows.filter(pk=pk, state__in=UNFINISHED).first()
        if voucher is None or hold_sql.held_of(voucher.pk):
            return False
        rest = rest_of(voucher)
        move(voucher, VoucherState.EXPIRED, actor="system", at=at, reason="its time is up")
        if rest:
            draft = voucher_recipes.expired(
                voucher.organizer_id, voucher.provider, voucher.pk, f"voucher:{voucher.pk}", rest
            )
            post(draft, subject=voucher.subject, at=at)
            record("voucher.expire", about=voucher, actor="system", at=at, amount=rest)
    return True
