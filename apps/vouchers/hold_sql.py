"""The statements on holds of gift vouchers, by the clock that holds places (apps/inventory/sql.py)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from apps.vouchers.sql import rows

_HELD_OF = """
    SELECT coalesce(sum(amount_minor), 0)::bigint FROM vouchers_voucherhold
    WHERE voucher_id = %(voucher)s AND claim IS DISTINCT FROM %(claim)s::uuid
      AND held_until > inventory_now() AND held_until < 'infinity'
"""
_HOLD = """
    INSERT INTO vouchers_voucherhold (voucher_id, claim, amount_minor, held_until)
    VALUES (%(voucher)s, %(claim)s, %(amount)s, inventory_now() + %(hold)s)
"""
_OF_CLAIM = """
    SELECT voucher_id, amount_minor, held_until > inventory_now() FROM vouchers_voucherhold
    WHERE claim = %(claim)s AND held_until < 'infinity'
"""
_KEEP = """
    UPDATE vouchers_voucherhold SET held_until = greatest(held_until, %(until)s)
    WHERE claim = %(claim)s AND held_until < 'infinity'
"""
_SPEND = """
    UPDATE vouchers_voucherhold SET held_until = 'infinity'
    WHERE claim = %(claim)s AND held_until < 'infinity'
"""
_RELEASE = """
    DELETE FROM vouchers_voucherhold WHERE claim = %(claim)s AND held_until < 'infinity'
"""


def held_of(voucher: int, *, besides: UUID | None = None) -> int:
    """What of it is not spent, and cannot be had either as long as nobody gives it back."""
    return int(rows(_HELD_OF, voucher=voucher, claim=besides)[0][0])


def hold(voucher: int, claim: UUID, amount: int, hold: timedelta) -> None:
    rows(_HOLD, voucher=voucher, claim=claim, amount=amount, hold=hold)


def held(claim: UUID) -> tuple[int, int, bool] | None:
    """Voucher, amount, and whether its time still runs; None: it is spent, or there is none."""
    found = rows(_OF_CLAIM, claim=claim)
    return (found[0][0], found[0][1], found[0][2]) if found else None


def keep(claim: UUID, until: datetime) -> None:
    rows(_KEEP, claim=claim, until=until)


def spend(claim: UUID) -> None:
    rows(_SPEND, claim=claim)


def release(claim: UUID) -> None:
    """What is spent stays spent."""
    rows(_RELEASE, claim=claim)
