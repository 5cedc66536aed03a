"""
The statement of a payout for spreadsheets: one row for each entry of the ledger it accounts for, between what
was there before and what is kept back. The sum of the rows is the amount paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.core.money import Money
from apps.ledger import balances, chart
from apps.ledger.selectors import Movement, movements_in_chunks
from apps.orders.models import Order
from apps.orders.selectors import paid_at
from apps.payouts.models import Payout
from apps.payouts.subjects import order_ids
from apps.payouts.words import movement_words

Row = list[Any]
_BOUGHT = ("release", "own_sale")


def head() -> list[str]:
    return [
        _("When (UTC)"),
        _("What"),
        _("Order"),
        _("Event"),
        _("Buyer paid"),
        _("Amount"),
        _("Currency"),
        _("Payout"),
    ]


def rows(payout: Payout) -> Iterator[Row]:
    """In constant memory, however many there are."""
    account = chart.available(payout.organizer_id, payout.provider)
    so_far = -balances.balance_up_to(account, payout.currency, payout.after_entry)
    yield _row(payout, payout.created_at, _("Carried forward"), so_far)
    for chunk in movements_in_chunks(
        account, payout.currency, after=payout.after_entry, up_to=payout.up_to_entry
    ):
        for row, amount in _of_chunk(payout, chunk):
            so_far += amount
            yield row
    yield _row(payout, payout.created_at, _("Kept back"), payout.amount - so_far)


def _of_chunk(payout: Payout, chunk: Sequence[Movement]) -> Iterator[tuple[Row, Money]]:
    found = Order.objects.select_related("event", "voucher").in_bulk(
        order_ids({m.subject for m in chunk})
    )
    orders = {order.subject: order for order in found.values()}
    for m in chunk:
        order = orders.get(m.subject)
        yield _row(payout, m.at, movement_words(m.kind), -m.amount, order, m.kind), -m.amount


def _row(
    payout: Payout,
    at: Any,
    what: str,
    amount: Money,
    order: Order | None = None,
    kind: str = "",
) -> Row:
    return [
        at,
        what,
        order.reference if order else "",
        order.event.title if order else "",
        paid_at(order, payout.provider) if order and kind in _BOUGHT else "",
        amount,
        amount.currency,
        payout.reference,
    ]
