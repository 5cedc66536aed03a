"""
Gift vouchers in the books, as in `recipes.py`. What a voucher paid lies at the provider where the voucher's
money lies, the rest at the provider that took it: so a sale and its refund may have a part at each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from apps.core.money import Money
from apps.ledger import chart
from apps.ledger.chart import Code
from apps.ledger.draft import Draft, draft


@dataclass(frozen=True, slots=True)
class Part:
    """account: where it came from, or goes back to. fee: the platform's, contained in the amount."""

    account: Code
    provider: str
    amount: Money
    fee: Money


def issued(organizer: int, provider: str, voucher: int, key: str, amount: Money) -> Draft:
    """The organizer owes it to whoever holds the voucher: out of what may be paid out."""
    return draft(
        "voucher_issued",
        key,
        [
            (chart.available(organizer, provider), amount),
            (chart.voucher(voucher, provider), -amount),
        ],
    )


def replaced(provider: str, voucher: int, by: int, key: str, amount: Money) -> Draft:
    return draft(
        "voucher_replaced",
        key,
        [(chart.voucher(voucher, provider), amount), (chart.voucher(by, provider), -amount)],
    )


def expired(organizer: int, provider: str, voucher: int, key: str, amount: Money) -> Draft:
    """Nobody may ask for it any more: it is the organizer's again."""
    return draft(
        "voucher_expired",
        key,
        [
            (chart.voucher(voucher, provider), amount),
            (chart.available(organizer, provider), -amount),
        ],
    )


def taken_back(organizer: int, provider: str, voucher: int, key: str, amount: Money) -> Draft:
    """What was issued by mistake and not spent: what issuing it booked, turned round."""
    return draft(
        "voucher_taken_back",
        key,
        [
            (chart.voucher(voucher, provider), amount),
            (chart.available(organizer, provider), -amount),
        ],
    )


def sale(organizer: int, key: str, parts: Sequence[Part], *, kind: str = "sale") -> Draft:
    """kind: "unapplied_applied" when the money lay in the books already."""
    lines = [(part.account, part.amount) for part in parts]
    lines += [(chart.pending(organizer, p.provider), p.fee - p.amount) for p in parts]
    lines += [(chart.PLATFORM_FEE, -part.fee) for part in parts]
    return draft(kind, key, _joined(lines))


def release(organizer: int, key: str, amounts: Mapping[str, Money]) -> Draft:
    """By provider; of one sale it is one posting, also when its money lies at two."""
    lines = [(chart.pending(organizer, p), amount) for p, amount in amounts.items()]
    lines += [(chart.available(organizer, p), -amount) for p, amount in amounts.items()]
    return draft("release", key, lines)


def refund_requested(
    organizer: int, key: str, parts: Sequence[Part], *, pending: Mapping[str, Money]
) -> Draft:
    """
    fee: given back. Each part is paid where its money lies: from what is still pending of the sale
    there, the rest from available.
    """
    left = dict(pending)
    lines: list[tuple[Code, Money]] = []
    for part in parts:
        zero, cost = Money.zero(part.amount.currency), part.amount - part.fee
        before = max(left.get(part.provider, zero), zero)
        from_pending = min(before, cost)
        left[part.provider] = before - from_pending
        lines += [
            (chart.pending(organizer, part.provider), from_pending),
            (chart.available(organizer, part.provider), cost - from_pending),
            (chart.PLATFORM_FEE, part.fee),
            (part.account, -part.amount),
        ]
    return draft("refund_requested", key, _joined(lines))


def _joined(lines: Iterable[tuple[Code, Money]]) -> list[tuple[Code, Money]]:
    """One line for each account."""
    sums: dict[Code, Money] = {}
    for code, amount in lines:
        sums[code] = sums[code] + amount if code in sums else amount
    return list(sums.items())
