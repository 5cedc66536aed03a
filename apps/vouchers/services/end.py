from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.transitions import move
from apps.trail.record import record
from apps.vouchers.models import Code
from apps.vouchers.states import CodeState


def end(code: Code, *, actor: str, at: datetime) -> None:
    """
    Nobody can enter it any more; who holds places with it may still pay.

    :raises IllegalTransition: it has ended already.
    """
    with transaction.atomic():
        move(code, CodeState.ENDED, actor=actor, at=at)
        record("code.end", about=code, actor=actor, at=at)
