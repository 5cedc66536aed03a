from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileState(models.TextChoices):
    REQUESTED = "requested", _("Waits for a worker")
    WORKING = "working", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Deleted after its time")


UNMADE = (FileState.REQUESTED, FileState.WORKING)

FILE_TRANSITIONS = {
    FileState.REQUESTED: (FileState.WORKING, FileState.FAILED),
    FileState.WORKING: (FileState.READY, FileState.FAILED),
    FileState.READY: (FileState.EXPIRED,),
}
