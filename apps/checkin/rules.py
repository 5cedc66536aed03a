"""
From what is known about an attempt to the verdict: one table, read from the top, the first row that
fits decides. It is plain data: phones without a network are given these rows and follow them.
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

NOBODY, SUPERVISOR = "nobody", "supervisor"  # who may overrule a refusal


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known, each in one word; the words are the ones of the table."""

    code: str = "good"  # forged · expired
    event: str = "this"  # another · over
    ticket: str = "valid"  # unknown · unsynced · too_new, or a state of the ticket
    leaving: str = "no"  # inside · outside: what they were until now
    version: str = "current"  # old
    gate: str = "right"  # other · exit · closed
    slot: str = "now"  # early · late
    entry: str = "none"  # inside · used · day_full


@dataclass(frozen=True, slots=True)
class Rule:
    fact: str
    value: str
    verdict: Verdict
    reason: str
    overrule: str = ""  # of a refusal


RULES: Sequence[Rule] = (
    Rule("code", "forged", Verdict.NOT_VALID, "forged", NOBODY),
    Rule("event", "another", Verdict.WRONG_EVENT, "another_event", NOBODY),
    Rule("ticket", "unknown", Verdict.NOT_VALID, "unknown", NOBODY),
    # Whoever is inside may always leave.
    Rule("leaving", "inside", Verdict.LEFT, ""),
    Rule("leaving", "outside", Verdict.LEFT, "was_outside"),
    Rule("event", "over", Verdict.NOT_VALID, "event_over", NOBODY),
    Rule("code", "expired", Verdict.NOT_VALID, "expired", SUPERVISOR),
    Rule("ticket", "refunded", Verdict.REFUNDED, "refunded", NOBODY),
    Rule("ticket", "transferred", Verdict.NOT_VALID, "passed_on", NOBODY),
    Rule("version", "old", Verdict.NOT_VALID, "replaced", SUPERVISOR),
    Rule("ticket", "blocked", Verdict.BLOCKED, "blocked", SUPERVISOR),
    Rule("gate", "other", Verdict.WRONG_GATE, "other_gate", SUPERVISOR),
    Rule("gate", "exit", Verdict.WRONG_GATE, "exit_only", SUPERVISOR),
    Rule("gate", "closed", Verdict.NOT_NOW, "gate_closed", SUPERVISOR),
    Rule("slot", "early", Verdict.NOT_NOW, "too_early", SUPERVISOR),
    Rule("slot", "late", Verdict.NOT_NOW, "too_late", SUPERVISOR),
    Rule("entry", "inside", Verdict.ALREADY_USED, "inside", SUPERVISOR),
    Rule("entry", "used", Verdict.ALREADY_USED, "used", SUPERVISOR),
    Rule("entry", "day_full", Verdict.ALREADY_USED, "day_full", SUPERVISOR),
    # Signed by us, but newer than the phone's data.
    Rule("ticket", "too_new", Verdict.NOT_VALID, "too_new", SUPERVISOR),
    Rule("ticket", "unsynced", Verdict.ADMITTED, "unsynced"),
)
ADMIT = Rule("", "", Verdict.ADMITTED, "")

REASONS: Mapping[str, Promise] = {
    "forged": _("This is not one of our codes."),
    "another_event": _("This ticket is for another event."),
    "unknown": _("There is no such ticket."),
    "was_outside": _("They were not scanned in before."),
    "event_over": _("The event is over."),
    "expired": _("The code has expired."),
    "refunded": _("The money went back. It does not open the door any more."),
    "passed_on": _("It was passed on. The new holder has a new code."),
    "replaced": _("This code was replaced. Ask for the new one."),
    "blocked": _("This ticket was blocked. It admits nobody until it is released."),
    "other_gate": _("This gate is not for this kind of ticket."),
    "exit_only": _("This gate is an exit."),
    "gate_closed": _("This gate is closed at this time."),
    "too_early": _("Its time slot has not begun."),
    "too_late": _("Its time slot is over."),
    "inside": _("Ask for the name on the ticket."),
    "used": _("They went in and left. This ticket goes in only once."),
    "day_full": _("It went in as often as it may today."),
    "too_new": _("It is newer than the data of this phone."),
    "unsynced": _("New since this phone last heard from the server."),
}
# On record with what a supervisor let in all the same; no row of the table.
OVERRULED = "overruled"


def judge(facts: Facts) -> Rule:
    for rule in RULES:
        if getattr(facts, rule.fact) == rule.value:
            return rule
    return ADMIT


def as_data() -> list[dict[str, str]]:
    """The table as JSON has it."""
    return [{name: str(value) for name, value in asdict(rule).items()} for rule in RULES]
