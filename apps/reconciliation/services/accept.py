"""An operator accepts a fix with one click; it is on record before and after it is done."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from apps.core.transitions import IllegalTransition, LostRace, move
from apps.ledger.post import KeyReused
from apps.orders.services.apply_by_hand import NotApplicable
from apps.orders.services.give_back import NotRefundable as OrderNotRefundable
from apps.orders.services.send_back import NothingToSendBack
from apps.payments.gateways.errors import GatewayError
from apps.payments.services.answer_dispute import NotAnswerable
from apps.payments.services.refund import NotRefundable
from apps.payouts.services.apply import Contradiction
from apps.payouts.services.send import NotNow
from apps.reconciliation.coverage import coverages
from apps.reconciliation.detectors import DETECTORS
from apps.reconciliation.detectors.base import Looking, still_differs
from apps.reconciliation.fixes import FIXES
from apps.reconciliation.kinds import Fix, Kind
from apps.reconciliation.models import Case, CaseAct, Deed
from apps.reconciliation.proposals import fixes_for
from apps.reconciliation.services.link_lines import link_lines
from apps.reconciliation.states import CaseState
from apps.trail.record import record

# What a fix may answer instead of being done; anything else is a bug and leaves the case being mended.
_REFUSALS = (
    *(GatewayError, NotApplicable, NothingToSendBack, NotRefundable),
    *(OrderNotRefundable, NotAnswerable),
    *(Contradiction, NotNow, KeyReused, IllegalTransition, LostRace),
)

log = structlog.get_logger(__name__)


class NotOffered(Exception):
    """This fix does not fit (any more)."""


def accept(case: Case, fix: Fix, *, actor: str, reason: str = "", at: datetime) -> Case:
    """
    Do it, and look whether the difference is gone. A fix that fails leaves the case open and says why
    in its last act; a second click while it is being mended changes nothing.

    Not in a transaction.

    :raises NotOffered: it does not fit.
    :raises IllegalTransition, LostRace: somebody else is mending it, or it is closed.
    """
    case = _begin(case, fix, actor=actor, reason=reason, at=at)
    try:
        FIXES[fix](case, actor, reason, at)
    except _REFUSALS as refusal:
        log.warning("fix_failed", case=case.pk, fix=fix, why=str(refusal))
        why = f"{type(refusal).__name__} {refusal}".strip()
        return _end(case, fix, Deed.FAILED, actor=actor, outcome=why, at=at)
    link_lines()
    return _end(case, fix, Deed.DONE, actor=actor, outcome=_left(case, at=at), at=at)


def _begin(case: Case, fix: Fix, *, actor: str, reason: str, at: datetime) -> Case:
    with transaction.atomic():
        locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
        if fix not in fixes_for(Kind(locked.kind), locked.story):
            raise NotOffered(fix)
        move(locked, CaseState.FIXING, actor=actor, at=at, reason=fix)
        CaseAct.objects.create(
            case=locked, deed=Deed.ACCEPTED, fix=fix, actor=actor, reason=reason[:500], at=at
        )
        record(f"case.{fix}", about=locked, actor=actor, at=at, reason=reason, amount=locked.amount)
    return locked


def _left(case: Case, *, at: datetime) -> str:
    """ "" when the difference is gone. It is as old as when it was seen, whatever the clock says."""
    looking = Looking(max(at, case.last_seen_at), coverages())
    left = any(still_differs(d, looking, case.subject) for d in DETECTORS[Kind(case.kind)])
    return "still differs" if left else ""


def _end(case: Case, fix: Fix, deed: Deed, *, actor: str, outcome: str, at: datetime) -> Case:
    with transaction.atomic():
        locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
        CaseAct.objects.create(
            case=locked, deed=deed, fix=fix, actor=actor, outcome=outcome[:200], at=at
        )
        if locked.state != CaseState.FIXING:  # it took so long that a look took it back
            return locked
        if outcome:
            move(locked, CaseState.OPEN, actor=actor, at=at, reason=outcome)
        else:
            move(
                locked,
                CaseState.CLOSED,
                actor=actor,
                at=at,
                reason=fix,
                closed_at=at,
                closed_by=actor,
            )
    return locked
