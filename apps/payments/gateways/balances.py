"""
A provider's own statement of our balance, in our words: what moved it, line by line, and what it is.

Read to be compared with our books; nothing is ever booked because a line says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from apps.core.money import Money
from apps.payments.gateways.base import Ids


class LineKind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"
    REFUND_BACK = "refund_back"  # it did not reach the buyer
    PAYOUT = "payout"
    PAYOUT_BACK = "payout_back"
    DISPUTE = "dispute"
    FEE = "fee"  # by itself; the fee of a payment is on its line
    BANK = "bank"  # between the balance and our bank account
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """
    id: of the line. type: the provider's word for it. gross: below zero when it left us.
    fee: what the provider kept of it. source: the provider's id of what it is about.
    ids: which of them our payment (of a payment, refund or dispute) or payout would know.
    reference: ours, when the provider repeats it.
    """

    id: str
    kind: LineKind
    type: str
    gross: Money
    fee: Money
    at: datetime
    available_on: datetime
    source: str = ""
    ids: Ids = field(default_factory=dict)
    reference: str = ""

    @property
    def net(self) -> Money:
        """What the balance changed by."""
        return self.gross - self.fee


class BalanceGateway(Protocol):
    def balance_lines(self, since: datetime, until: datetime) -> Iterator[StatementLine]:
        """
        In any order. A provider may list a line only hours after it moved the balance.

        :raises NotPermitted: this account may not read them.
        """

    def balances(self) -> tuple[Money, ...]:
        """All that lies there, one for each currency, whether or not it can be sent already."""
