from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.transitions import move
from apps.reconciliation.models import Case, CaseAct, Deed
from apps.reconciliation.states import CaseState
from apps.trail.record import record


def ignore(case: Case, *, actor: str, reason: str, at: datetime) -> None:
    """
    It may stay, for this reason. It opens again by itself when its sum changes.

    :raises IllegalTransition, LostRace: it is not open (any more); nothing was changed.
    """
    _move(case, CaseState.IGNORED, Deed.IGNORED, actor=actor, reason=reason, at=at)


def reopen(case: Case, *, actor: str, reason: str, at: datetime) -> None:
    """
    :raises IllegalTransition, LostRace: it is not ignored (any more); nothing was changed.
    """
    _move(case, CaseState.OPEN, Deed.REOPENED, actor=actor, reason=reason, at=at)


def _move(
    case: Case, state: CaseState, deed: Deed, *, actor: str, reason: str, at: datetime
) -> None:
    with transaction.atomic():
        locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
        move(locked, state, actor=actor, at=at, reason=reason)
        CaseAct.objects.create(case=locked, deed=deed, actor=actor, reason=reason[:500], at=at)
        record(
            f"case.{deed}", about=locked, actor=actor, at=at, reason=reason, amount=locked.amount
        )
