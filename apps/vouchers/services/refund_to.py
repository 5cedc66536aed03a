from __future__ import annotations

from datetime import datetime

from apps.core.money import Money
from apps.vouchers.models import GiftVoucher
from apps.vouchers.services.hold import lock
from apps.vouchers.services.write_voucher import NewVoucher, Recipient, write_voucher
from apps.vouchers.states import Origin, VoucherState


def refund_to(
    voucher: GiftVoucher, amount: Money, to: Recipient, *, actor: str, at: datetime
) -> GiftVoucher:
    """
    Onto which voucher money goes that was paid with this one: itself, the one that took its place, or,
    when that does not work any more, a new one for whoever gets the money back.

    In the caller's transaction, which books it.
    """
    locked = lock(voucher.pk)
    while locked.state == VoucherState.BLOCKED:
        later = GiftVoucher.objects.filter(replaces=locked).first()
        if later is None:
            break
        locked = lock(later.pk)
    if locked.state == VoucherState.LIVE and at < locked.expires_at:
        return locked
    new = NewVoucher(locked.organizer, locked.provider, amount, Origin.REFUND)
    return write_voucher(new, to, actor=actor, at=at)
