from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core.transitions import move
from apps.exports.models import ExportFile
from apps.exports.states import FileState

AT_ONCE = 50


def expire(*, at: datetime) -> int:
    """Files whose time is over are deleted; that they were, and who took them, stays. How many."""
    with transaction.atomic():
        due = ExportFile.objects.filter(state=FileState.READY, expires_at__lte=at)
        due = due.select_for_update(no_key=True, skip_locked=True).order_by("expires_at")
        files = list(due[:AT_ONCE])
        for file in files:
            file.parts.all().delete()
            move(file, FileState.EXPIRED, actor="system", at=at)
    return len(files)
