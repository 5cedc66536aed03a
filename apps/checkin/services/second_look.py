"""What the server would have said at that time to what a phone decided by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from apps.checkin.facts import Known, facts
from apps.checkin.models import LET_THROUGH, Gate
from apps.checkin.rules import NOBODY, judge
from apps.checkin.services.look import Shown, place_of
from apps.checkin.terms import Terms
from apps.core.models import StateChange
from apps.events.models import Event
from apps.tickets.models import Reissue, Ticket

# A phone refused, though the ticket was good by what the server knew at that time.
WAS_GOOD = "was_good"
# Refusals that come from what a phone knew of the ticket, and so may be wrong.
_MAY_BE_WRONG = {"blocked", "refunded", "replaced", "passed_on", "too_new", "unknown"}


class Past:
    """How tickets, gates and time slots of an event were at a time."""

    def __init__(self, event: Event, tickets: Collection[Ticket]) -> None:
        self.terms = Terms(event)
        self._reissues: dict[int, list[Reissue]] = defaultdict(list)
        for reissue in Reissue.objects.filter(ticket__in=[ticket.pk for ticket in tickets]):
            self._reissues[reissue.ticket_id].append(reissue)
        self._now = {ticket.pk: str(ticket.state) for ticket in tickets}
        self._changes: dict[int, list[StateChange]] = defaultdict(list)
        changes = StateChange.objects.filter(
            subject=Ticket._meta.label_lower, subject_id__in=self._now
        )
        for change in changes.order_by("at", "pk"):
            self._changes[change.subject_id].append(change)

    def version(self, ticket: Ticket, *, at: datetime) -> int:
        later = [reissue.version for reissue in self._reissues[ticket.pk] if reissue.at > at]
        return min(later, default=ticket.version + 1) - 1

    def state(self, ticket: Ticket, *, at: datetime) -> str:
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
    past: Past,
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
            state=past.state(ticket, at=at),
            version=_version(ticket, shown, past.version(ticket, at=at)),
            variant=ticket.variant_id,
            access_level=ticket.access_level,
            here=ticket.event_id == event.pk,
        )
    slot = past.terms.slot(ticket.variant, at=at) if ticket else None
    place = replace(place_of(event, None, claim.direction), gate=past.terms.gate(gate, at=at))
    rule = judge(facts(shown.code, known, place, slot=slot, at=at))
    if claim.overruled:
        return rule.reason if rule.overrule == NOBODY else ""
    if claim.verdict in LET_THROUGH:
        return "" if rule.verdict in LET_THROUGH else rule.reason
    good = rule.verdict in LET_THROUGH
    return WAS_GOOD if good and claim.reason in _MAY_BE_WRONG else ""


def _version(ticket: Ticket, shown: Shown, then: int) -> int:
    """A code that came after that time, by a clock that is not exact, was no old one."""
    code = shown.code.version
    return code if code is not None and then < code <= ticket.version else then
