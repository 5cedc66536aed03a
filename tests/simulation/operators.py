"""Operators at their desk, on a day like any other: they look, and accept what is proposed."""

from __future__ import annotations

from apps.core.transitions import IllegalTransition, LostRace
from apps.reconciliation.kinds import Fix
from apps.reconciliation.models import Case
from apps.reconciliation.services.accept import accept
from apps.reconciliation.services.look import look_lightly
from apps.reconciliation.services.reconcile import reconcile
from tests.simulation.life import Life

STATEMENTS_ARE_READ = 0.4


def accepts_a_fix(life: Life) -> str:
    """Of whatever is open by now, however young the trouble is."""
    if life.perhaps(STATEMENTS_ARE_READ):
        reconcile(at=life.at)
    else:
        look_lightly(at=life.at)
    case = life.some(Case.objects.open().exclude(fix=""))
    if case is None:
        return ""
    try:
        done = accept(case, Fix(case.fix), actor="user:2", at=life.at)
    except (IllegalTransition, LostRace):  # another operator was quicker
        return f"{case.kind} of {case.subject} is in other hands"
    return f"{case.kind} of {case.subject}: {case.fix}, {done.state}"
