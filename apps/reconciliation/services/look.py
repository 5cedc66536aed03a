"""Finds what differs, opens a case for what is new, closes the cases of what is found no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction

from apps.core.transitions import move
from apps.reconciliation.coverage import coverages
from apps.reconciliation.detectors import DETECTORS
from apps.reconciliation.detectors.base import Detector, Difference, Looking, differences
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import Case, CaseAct, Deed
from apps.reconciliation.proposals import fixes_for
from apps.reconciliation.states import CaseState

# A fix takes minutes at most; one that is still "being mended" after that was killed.
FIX_ENDS_WITHIN = timedelta(minutes=15)
# More than that of one kind is one trouble, not many: the rest is told when these are done.
OPEN_MAX = 500
# Any number, the same in every process: looks at one kind come one after the other.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('reconciliation look'), hashtext(%s))"

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Looked:
    found: int = 0
    opened: int = 0
    closed: int = 0

    def __add__(self, other: Looked) -> Looked:
        return Looked(
            self.found + other.found, self.opened + other.opened, self.closed + other.closed
        )


def look(*, at: datetime) -> Looked:
    """At everything. Safe to run twice, at once, and to be killed at any moment."""
    looking = Looking(at, coverages())
    return sum((look_at(kind, DETECTORS[kind], looking) for kind in Kind), start=Looked())


def look_lightly(*, at: datetime) -> Looked:
    """Only at what our own rows say; a case that needs a statement is neither opened nor closed."""
    looking = Looking(at, coverages())
    own = {kind: tuple(d for d in DETECTORS[kind] if d.own) for kind in Kind}
    looks = (look_at(kind, detectors, looking) for kind, detectors in own.items() if detectors)
    return sum(looks, start=Looked())


def look_at(kind: Kind, detectors: Sequence[Detector], looking: Looking) -> Looked:
    """
    One kind in one transaction: a look that began earlier cannot open again what a later one closed.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [kind])
        living = {case.subject: case for case in _living(kind, detectors)}
        looked, seen = Looked(), set[str]()
        for difference in _found(detectors, looking):
            if difference.subject in seen:
                continue
            case = living.get(difference.subject)
            if case is None and looked.opened == OPEN_MAX:
                log.error("more_cases_than_shown", kind=kind)
                return looked
            seen.add(difference.subject)
            looked.found += 1
            looked.opened += _note(kind, difference, case, at=looking.at)
        gone = [case for subject, case in living.items() if subject not in seen]
        looked.closed = sum(_close(case, at=looking.at) for case in gone)
    return looked


def _found(detectors: Sequence[Detector], looking: Looking) -> Iterator[Difference]:
    for detector in detectors:
        yield from differences(detector, looking)


def _living(kind: Kind, detectors: Sequence[Detector]) -> Iterator[Case]:
    """Those that these detectors would find."""
    tell = {detector.own for detector in detectors}
    whole = "" in tell or len(detectors) == len(DETECTORS[kind])
    for case in Case.objects.living().filter(kind=kind).order_by("pk"):
        if whole or case.story["told"] in tell:
            yield case


def _note(kind: Kind, difference: Difference, case: Case | None, *, at: datetime) -> int:
    """1 for a new case."""
    fixes = fixes_for(kind, difference.story)
    told = {
        "story": difference.story,
        "amount_minor": difference.minor,
        "currency": difference.currency,
        "fix": fixes[0] if fixes else "",
        "last_seen_at": at,
    }
    if case is None:
        return _open(kind, difference, told, at=at)
    grew = (case.amount_minor, case.currency) != (difference.minor, difference.currency)
    Case.objects.filter(pk=case.pk).update(**told)
    if case.state == CaseState.IGNORED and grew:
        move(case, CaseState.OPEN, actor="system", at=at, reason="it has changed")
        CaseAct.objects.create(case=case, deed=Deed.REOPENED, actor="system", at=at)
    if case.state == CaseState.FIXING and at - _began(case) > FIX_ENDS_WITHIN:
        move(case, CaseState.OPEN, actor="system", at=at, reason="interrupted")
        CaseAct.objects.create(
            case=case, deed=Deed.FAILED, actor="system", outcome="interrupted", at=at
        )
    return 0


def _open(kind: Kind, difference: Difference, told: dict[str, Any], *, at: datetime) -> int:
    log.warning("case_opened", kind=kind, subject=difference.subject, amount=difference.minor)
    Case.objects.create(
        kind=kind,
        subject=difference.subject,
        provider=difference.provider,
        found_at=at,
        **told,
    )
    return 1


def _began(case: Case) -> datetime:
    return case.acts.filter(deed=Deed.ACCEPTED).latest("pk").at


def _close(case: Case, *, at: datetime) -> int:
    """The world has caught up. One that is being mended is closed by whoever mends it."""
    if case.state == CaseState.FIXING and at - _began(case) <= FIX_ENDS_WITHIN:
        return 0
    log.info("case_closed", kind=case.kind, subject=case.subject)
    move(
        case,
        CaseState.CLOSED,
        actor="system",
        at=at,
        reason="not found any more",
        closed_at=at,
        closed_by="system",
    )
    return 1
