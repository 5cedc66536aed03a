"""Above an amount it takes two persons to pay: whoever proposed counts as one, a program as none."""

from __future__ import annotations

from django.conf import settings

from apps.core.money import Money
from apps.payouts.models import Payout


class NeedsTwoPersons(Exception):
    """It is above the amount, and who approves is no person."""


class SamePerson(Exception):
    """They have decided already; somebody else has to."""


def takes_two(amount: Money) -> bool:
    limit = settings.PAYOUT_TWO_PERSONS_ABOVE.get(amount.currency)
    return limit is not None and amount.minor > limit


def is_person(actor: str) -> bool:
    return actor.startswith("user:")


def has_decided(payout: Payout, actor: str) -> bool:
    """They are one of the two it takes: the other has to be somebody else."""
    two = payout.two_persons or takes_two(payout.amount)
    return two and actor in {payout.proposed_by, payout.endorsed_by}


def completes(payout: Payout, actor: str) -> bool:
    """
    Whether with this one two persons have decided; else they are the first.

    :raises NeedsTwoPersons, SamePerson:
    """
    if not is_person(actor):
        raise NeedsTwoPersons(payout.reference)
    before = {who for who in (payout.proposed_by, payout.endorsed_by) if is_person(who)}
    if actor in before:
        raise SamePerson(actor)
    return bool(before)
