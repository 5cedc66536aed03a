from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Table


class EventState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Called off")
    COMPLETED = "completed", _("Over")


EVENT_TRANSITIONS: Table = {
    EventState.DRAFT: (EventState.PUBLISHED,),
    EventState.PUBLISHED: (EventState.CANCELLED, EventState.COMPLETED),
}
