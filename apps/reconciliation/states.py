from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    OPEN = "open", _("Open")
    FIXING = "fixing", _("Being mended")
    IGNORED = "ignored", _("Ignored")
    CLOSED = "closed", _("Closed")


# Of these there is one for each kind and subject; what comes back after the end is a new case.
LIVING = (CaseState.OPEN, CaseState.FIXING, CaseState.IGNORED)

CASE_TRANSITIONS = {
    CaseState.OPEN: (CaseState.FIXING, CaseState.IGNORED, CaseState.CLOSED),
    CaseState.FIXING: (CaseState.OPEN, CaseState.CLOSED),
    # It grew, or somebody wants to look after all; or the world caught up.
    CaseState.IGNORED: (CaseState.OPEN, CaseState.CLOSED),
}
