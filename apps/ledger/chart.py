"""
The chart of accounts. Debit is positive: what we hold is positive, what we owe is negative.

Money lies at the provider that took it, and only from there can it be sent. So what is owed to an
organizer, to buyers, or is on its way is kept per provider.
"""

from __future__ import annotations

import re
from typing import NewType

Code = NewType("Code", str)

PROVIDERS = ("stripe", "paypal")

PLATFORM_FEE = Code("fee:platform")  # our revenue

# Read by Python and by PostgreSQL.
PATTERN = (
    "^(org:[1-9][0-9]*:(pending|available):P"
    "|(clearing|unapplied|refunds_in_transit|payouts_in_transit|fee:provider|fee:payout):P"
    "|fee:platform)$"
).replace("P", f"({'|'.join(PROVIDERS)})")
# What we owe, and what is on its way: never below nothing. (Available may be: after a refund.)
OWED_PATTERN = "^(org:.*:pending|unapplied|refunds_in_transit|payouts_in_transit):"


def clearing(provider: str) -> Code:
    """What the provider holds for us: must equal the balance it reports."""
    return _code(f"clearing:{provider}")


def pending(organizer: int, provider: str) -> Code:
    """Owed to the organizer, not yet to be paid out."""
    return _code(f"org:{organizer}:pending:{provider}")


def available(organizer: int, provider: str) -> Code:
    """Owed to the organizer now. Below zero the other way round: the organizer owes us."""
    return _code(f"org:{organizer}:available:{provider}")


def unapplied(provider: str) -> Code:
    """Owed to buyers: money that bought nothing, or whose refund failed."""
    return _code(f"unapplied:{provider}")


def refunds_in_transit(provider: str) -> Code:
    return _code(f"refunds_in_transit:{provider}")


def payouts_in_transit(provider: str) -> Code:
    return _code(f"payouts_in_transit:{provider}")


def provider_fee(provider: str) -> Code:
    """Our expense: what the provider keeps of payments."""
    return _code(f"fee:provider:{provider}")


def payout_fee(provider: str) -> Code:
    """Our expense: what the provider takes for payouts."""
    return _code(f"fee:payout:{provider}")


def is_known(code: str) -> bool:
    return re.match(PATTERN, code) is not None and not code.endswith("\n")


def _code(text: str) -> Code:
    if not is_known(text):
        raise ValueError(f"{text} is not in the chart of accounts")
    return Code(text)
