"""
The chart of accounts. Debit is positive: what we hold is positive, what we owe is negative.

Money lies at the provider that took it, and only from there can it be sent. So what is owed to an
organizer, to buyers, or is on its way is kept per provider.

What an organizer takes into its own hands at its door is never ours to pay out. Four kinds of accounts
follow it, and of each organizer they add up to nothing: till, terminal, own_sales, till_difference.

What a provider's balance says and none of our rows explains is booked against suspense until somebody
knows, so that clearing equals the balance; what is then given up, or was never ours, goes to loss.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NewType

Code = NewType("Code", str)

PROVIDERS = ("stripe", "paypal")

PLATFORM_FEE = Code("fee:platform")  # our revenue
BANK = Code("bank")  # our own account there, as far as we moved money between it and providers

# Read by Python and by PostgreSQL.
PATTERN = (
    "^(org:[1-9][0-9]*:(pending|available|reserve):P|voucher:[1-9][0-9]*:P"
    "|(clearing|disputed|unapplied|refunds_in_transit|payouts_in_transit|suspense|loss):P"
    "|fee:(provider|payout|dispute):P"
    "|fee:platform|bank"
    "|(till|terminal):[1-9][0-9]*:[1-9][0-9]*|(own_sales|till_difference):[1-9][0-9]*)$"
).replace("P", f"({'|'.join(PROVIDERS)})")
# What we owe, and what is on its way: never below nothing. (Available may be: after a refund.)
OWED_PATTERN = (
    "^(org:.*:(pending|reserve)|voucher:.*|unapplied|refunds_in_transit|payouts_in_transit):"
)
# What providers keep from us while banks decide: never below nothing.
HELD_PATTERN = "^disputed:"
# The organizers' own hands: see own_sales.
OWN_PATTERN = "^(till|terminal|own_sales|till_difference):"
# Whose account it is stands in its code; a posting is about one organizer's accounts, or nobody's.
ORGANIZERS_PATTERN = "^(org|till|terminal|own_sales|till_difference):"


def clearing(provider: str) -> Code:
    """What the provider holds for us: must equal the balance it reports."""
    return _code(f"clearing:{provider}")


def pending(organizer: int, provider: str) -> Code:
    """Owed to the organizer, not yet to be paid out."""
    return _code(f"org:{organizer}:pending:{provider}")


def available(organizer: int, provider: str) -> Code:
    """Owed to the organizer now. Below zero the other way round: the organizer owes us."""
    return _code(f"org:{organizer}:available:{provider}")


def reserve(organizer: int, provider: str) -> Code:
    """Of what we owe the organizer, what a buyer's bank may take back: not to be paid out."""
    return _code(f"org:{organizer}:reserve:{provider}")


def voucher(voucher: int, provider: str) -> Code:
    """What is left on a gift voucher: owed to whoever holds it."""
    return _code(f"voucher:{voucher}:{provider}")


def disputed(provider: str) -> Code:
    """What the provider has taken from our balance until a dispute is decided."""
    return _code(f"disputed:{provider}")


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


def dispute_fee(provider: str) -> Code:
    """Our expense: what the provider takes for disputes."""
    return _code(f"fee:dispute:{provider}")


def suspense(provider: str) -> Code:
    """What its balance has and nobody has explained; below zero it has more than we know of."""
    return _code(f"suspense:{provider}")


def loss(provider: str) -> Code:
    """Our expense: what nobody gives us back. Missing at this provider; below zero it was left there."""
    return _code(f"loss:{provider}")


def till(organizer: int, device: int) -> Code:
    """The cash in the organizer's till at one device."""
    return _code(f"till:{organizer}:{device}")


def terminal(organizer: int, device: int) -> Code:
    """What the organizer's own card terminal took beside that till."""
    return _code(f"terminal:{organizer}:{device}")


def own_sales(organizer: int) -> Code:
    """Whose the money in tills and terminals is: the organizer's own. Cleared when a till is closed."""
    return _code(f"own_sales:{organizer}")


def till_difference(organizer: int) -> Code:
    """What was missing when tills were counted; below zero there was too much."""
    return _code(f"till_difference:{organizer}")


def of_organizers(organizers: Iterable[int]) -> str:
    """A pattern of the codes of all their accounts."""
    ids = "|".join(str(pk) for pk in sorted(organizers))
    return f"{ORGANIZERS_PATTERN}({ids})(:|$)"


def is_of_organizer(code: str) -> bool:
    return re.match(ORGANIZERS_PATTERN, code) is not None


def is_known(code: str) -> bool:
    return re.match(PATTERN, code) is not None and not code.endswith("\n")


def _code(text: str) -> Code:
    if not is_known(text):
        raise ValueError(f"{text} is not in the chart of accounts")
    return Code(text)
