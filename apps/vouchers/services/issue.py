from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.models import Organizer, PayoutMethod
from apps.core.money import Money
from apps.ledger import balances, voucher_recipes
from apps.ledger.post import post
from apps.trail.record import record
from apps.vouchers.models import GiftVoucher
from apps.vouchers.services.write_voucher import NewVoucher, Recipient, write_voucher


class NotCovered(Exception):
    """The organizer has less than this to be paid out at the provider."""

    def __init__(self, available: Money) -> None:
        super().__init__(str(available))
        self.available = available


def issue(new: NewVoucher, to: Recipient, *, actor: str, at: datetime) -> GiftVoucher:
    """
    A debt of the organizer to whoever holds it, out of what could be paid out now: so the money for it is
    there, whatever becomes of the organizer. The same form again is the same voucher.

    :raises NotCovered: nothing was issued.
    """
    organizer, provider, amount = new.organizer, new.provider, new.amount
    with transaction.atomic():
        _lock(organizer, provider)
        if (before := _issued(new)) is not None:
            return before
        available = balances.available(organizer.pk, provider, amount.currency)
        if available < amount:
            raise NotCovered(available)
        voucher = write_voucher(new, to, actor=actor, at=at)
        draft = voucher_recipes.issued(
            organizer.pk, provider, voucher.pk, f"voucher:{voucher.pk}", amount
        )
        post(draft, subject=voucher.subject, at=at)
        record("voucher.issue", about=voucher, actor=actor, at=at, reason=new.note, amount=amount)
    return voucher


def _issued(new: NewVoucher) -> GiftVoucher | None:
    """Needs the organizer locked."""
    if new.key is None:
        return None
    return GiftVoucher.objects.filter(organizer=new.organizer, key=new.key).first()


def _lock(organizer: Organizer, provider: str) -> None:
    """Two at once, or one and a payout, do not both take the same money."""
    Organizer.objects.select_for_update(no_key=True).get(pk=organizer.pk)
    payee = PayoutMethod.objects.filter(organizer=organizer, provider=provider)
    list(payee.select_for_update(no_key=True))
