"""
A difference goes into the books: clearing becomes what the provider says, against the account that
bears it. The key is the case's kind and subject, so it is booked once, and its detector sees it.
"""

from __future__ import annotations

from datetime import datetime

from apps.core.money import Money
from apps.ledger import chart, treasury
from apps.ledger.chart import Code
from apps.ledger.post import post
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import Case


def correct(
    case: Case, against: Code, *changes: Money, part: str = "", about: str = "", at: datetime
) -> None:
    """
    In the caller's transaction. changes: how much more than booked the provider holds.
    part: of what goes against another account. about: the subject of the posting, when it belongs to a sale.

    :raises KeyReused: it was booked with another sum.
    """
    key = f"{key_of(case)}:{part}" if part else key_of(case)
    draft = treasury.correction(case.provider, key, against, *changes)
    post(draft, subject=about or case.subject, at=at)


def key_of(case: Case) -> str:
    # A balance may differ again some day; each time it is another reading.
    if case.kind == Kind.BALANCE_DIFFERS:
        return f"{case.kind}:reading:{case.story['reading']}"
    return f"{case.kind}:{case.subject}"


def suspense(case: Case) -> Code:
    return chart.suspense(case.provider)
