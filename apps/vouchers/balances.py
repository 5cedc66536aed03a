"""What is left on gift vouchers, from the books."""

from __future__ import annotations

from collections.abc import Iterable

from apps.core.money import Money
from apps.ledger import balances, chart
from apps.vouchers.models import GiftVoucher


def rest_of(voucher: GiftVoucher) -> Money:
    """Needs the voucher's row locked to stay true."""
    return rests_of([voucher])[voucher.pk]


def rests_of(vouchers: Iterable[GiftVoucher]) -> dict[int, Money]:
    """By id, in one statement."""
    accounts = {v.pk: (chart.voucher(v.pk, v.provider), v.currency) for v in vouchers}
    found = balances.balances_of([code for code, _currency in accounts.values()])
    return {pk: -found.get(account, Money.zero(account[1])) for pk, account in accounts.items()}
