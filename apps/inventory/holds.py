"""What happens to claimed places later. Each names the claim and says which places were ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from apps.inventory import sql


class NotOurs(Exception):
    """Some of the places lapsed and went to somebody else."""

    def __init__(self, *, expected: int, found: int) -> None:
        super().__init__(f"{found} of {expected} places are still ours")
        self.expected, self.found = expected, found


def share_event(event_id: int) -> None:
    """
    Call before touching a claim's places: until the transaction ends, nobody changes which quotas
    the event's variants draw from (rebind.lock_event).
    """
    sql.share_event(event_id)


def extend(claim: UUID, *, until: datetime, expected: int) -> None:
    """
    Hold them longer; never shorter.

    :raises NotOurs: fewer than `expected` carry the claim. Roll back.
    """
    _all(sql.extend(claim, until), expected)


def settle(claim: UUID, *, expected: int) -> dict[int, list[int]]:
    """
    Sold. Returns place ids by quota id, ascending.

    :raises NotOurs: fewer than `expected` carry the claim. Roll back.
    """
    return by_quota(_all(sql.settle(claim), expected))


def release(claim: UUID) -> int:
    """Free what is held. Zero is fine: it had lapsed and was taken or swept."""
    return len(sql.release(claim))


def give_back(claim: UUID, places: Sequence[int]) -> None:
    """
    Free sold places of a unit that ended.

    :raises NotOurs: roll back.
    """
    _all(sql.give_back(claim, places), len(places))


def hand_over(claim: UUID, places: Sequence[int], *, to: UUID) -> None:
    """
    Move settled places to another claim, all or none.

    :raises NotOurs: roll back.
    """
    _all(sql.hand_over(claim, places, to), len(places))


def by_quota(places: Iterable[sql.OwnPlace]) -> dict[int, list[int]]:
    grouped: dict[int, list[int]] = {}
    for quota_id, place in sorted(places):
        grouped.setdefault(quota_id, []).append(place)
    return grouped


def _all(places: list[sql.OwnPlace], expected: int) -> list[sql.OwnPlace]:
    if len(places) != expected:
        raise NotOurs(expected=expected, found=len(places))
    return places
