"""
From what is known about an attempt to the verdict: one table, read from the top, the first row that
fits decides. It is plain data, so that a phone without a network can follow the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.checkin.models import Verdict

# How long after its end an event still lets somebody in: a late night is no new day.
DOORS_CLOSE_AFTER_END = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known, each in one word; the words are the ones of the table."""

    code: str = "good"  # forged · expired
    event: str = "this"  # another · over
    ticket: str = "valid"  # unknown, or a state of the ticket
    version: str = "current"  # old
    entry: str = "none"  # inside


@dataclass(frozen=True, slots=True)
class Rule:
    fact: str
    value: str
    verdict: Verdict
    reason: str


RULES: Sequence[Rule] = (
    Rule("code", "forged", Verdict.NOT_VALID, "forged"),
    Rule("event", "another", Verdict.WRONG_EVENT, "another_event"),
    Rule("event", "over", Verdict.NOT_VALID, "event_over"),
    Rule("code", "expired", Verdict.NOT_VALID, "expired"),
    Rule("ticket", "unknown", Verdict.NOT_VALID, "unknown"),
    Rule("ticket", "refunded", Verdict.REFUNDED, "refunded"),
    Rule("ticket", "transferred", Verdict.NOT_VALID, "passed_on"),
    Rule("version", "old", Verdict.NOT_VALID, "replaced"),
    Rule("ticket", "blocked", Verdict.BLOCKED, "blocked"),
    Rule("entry", "inside", Verdict.ALREADY_USED, "inside"),
)
ADMIT = Rule("", "", Verdict.ADMITTED, "")

REASONS: Mapping[str, Promise] = {
    "forged": _("This is not one of our codes."),
    "another_event": _("This ticket is for another event."),
    "event_over": _("The event is over."),
    "expired": _("The code has expired."),
    "unknown": _("There is no such ticket."),
    "refunded": _("The money went back. It does not open the door any more."),
    "passed_on": _("It was passed on. The new holder has a new code."),
    "replaced": _("This code was replaced. Ask for the new one."),
    "blocked": _("The organizer has blocked this ticket."),
    "inside": _("Ask for the name on the ticket."),
}


def judge(facts: Facts) -> Rule:
    for rule in RULES:
        if getattr(facts, rule.fact) == rule.value:
            return rule
    return ADMIT


def as_data() -> list[dict[str, str]]:
    """The table as JSON has it."""
    return [{name: str(value) for name, value in asdict(rule).items()} for rule in RULES]
