"""What the server would have said at that time to what a phone decided by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from apps.checkin.facts import Known, facts
from apps.checkin.models import LET_THROUGH, Gate
from apps.checkin.rules import NOBODY, judge
from apps.checkin.services.look import Shown, place_of, slot_of
from apps.core.models import StateChange
from apps.events.models import Event
from apps.tickets.models import Ticket

# A phone refused, though the ticket was good by what the server knew at that time.
WAS_GOOD = "was_good"
# Refusals that come from what a phone knew of the ticket, and so may be wrong.
_MAY_BE_WRONG = {"blocked", "refunded", "replaced", "passed_on", "too_new", "unknown"}


class States:
    """Which state each ticket was in at a time, by its state changes."""

    def __init__(self, tickets: Collection[Ticket]) -> None:
        self._now = {ticket.pk: str(ticket.state) for ticket in tickets}
        self._changes: dict[int, list[StateChange]] = defaultdict(list)
        changes = StateChange.objects.filter(
            subject=Ticket._meta.label_lower, subject_id__in=self._now
        )
        for change in changes.order_by("at", "pk"):
            self._changes[change.subject_id].append(change)

    def at(self, ticket: Ticket, at: datetime) -> str:
        state = None
        for change in self._changes[ticket.pk]:
            if change.at > at:
                return state or change.source
            state = change.target
        return state or self._now[ticket.pk]


@dataclass(frozen=True, slots=True)
class Claim:
    """A phone's own verdict."""

    verdict: str
    reason: str
    direction: str
    happened_at: datetime
    overruled: bool = False  # by a supervisor


def second_look(
    event: Event,
    claim: Claim,
    shown: Shown,
    ticket: Ticket | None,
    gate: Gate | None,
    states: States,
) -> str:
    """
    Why the server would have refused whom the phone let through (of an overruled refusal only what
    nobody may overrule), WAS_GOOD when it would not have refused whom the phone refused, "" when they
    agree. How often the ticket went in is not looked at: entries tell that (`Entry.standing`).
    """
    at = claim.happened_at
    known = Known(state="unknown", here=shown.event_id in {None, event.pk})
    if ticket is not None:
        known = Known(
            state=states.at(ticket, at),
            version=ticket.version,
            variant=ticket.variant_id,
            access_level=ticket.access_level,
            here=ticket.event_id == event.pk,
        )
    slot = slot_of(ticket.variant) if ticket else None
    place = place_of(event, gate, claim.direction)
    rule = judge(facts(shown.code, known, place, slot=slot, at=at))
    if claim.overruled:
        return rule.reason if rule.overrule == NOBODY else ""
    if claim.verdict in LET_THROUGH:
        return "" if rule.verdict in LET_THROUGH else rule.reason
    good = rule.verdict in LET_THROUGH
    return WAS_GOOD if good and claim.reason in _MAY_BE_WRONG else ""
