from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TillState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


# What was counted is counted: a closed till is not opened again, the device gets a new one.
TILL_TRANSITIONS = {TillState.OPEN: (TillState.CLOSED,)}
