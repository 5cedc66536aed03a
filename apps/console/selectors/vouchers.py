"""What happened to a gift voucher, from the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from apps.console.moments import dated
from apps.core.money import Money
from apps.ledger import chart
from apps.ledger.selectors import movements
from apps.orders.models import Order
from apps.vouchers.models import GiftVoucher

_EVERYTHING = 2**63 - 1
_WORDS = {
    "voucher_issued": _("Issued"),
    "voucher_replaced": _("Put on another voucher"),
    "voucher_expired": _("Its time was up: yours again"),
    "voucher_taken_back": _("Taken back: yours again"),
    "sale": _("Paid with it"),
    "unapplied_applied": _("Paid with it"),
    "refund_requested": _("Given back"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    at: datetime
    what: str
    order: Order | None
    amount: Money  # positive: onto it
    left: Money  # after it


def history_of(voucher: GiftVoucher) -> list[Moved]:
    account = chart.voucher(voucher.pk, voucher.provider)
    moved = movements(account, voucher.currency, after=0, up_to=_EVERYTHING)
    orders = {o.subject: o for o in Order.objects.filter(voucher=voucher)}
    orders |= {o.subject: o for o in Order.objects.filter(refunds__voucher=voucher)}
    left, told = Money.zero(voucher.currency), []
    for movement in moved:
        left -= movement.amount
        words = _WORDS.get(movement.kind, movement.kind)
        if movement.kind == "voucher_replaced" and movement.amount.minor < 0:
            words = _("From the voucher it replaces")
        order = orders.get(movement.subject)
        told.append(Moved(movement.at, str(words), order, -movement.amount, left))
    return told


def last_day(voucher: GiftVoucher) -> str:
    """On which it still works."""
    return dated(last_moment(voucher).astimezone(get_default_timezone()).date())


def last_moment(voucher: GiftVoucher) -> datetime:
    return voucher.expires_at - timedelta(seconds=1)
