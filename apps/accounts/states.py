from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganizerState(models.TextChoices):
    APPLIED = "applied", _("Applied")
    APPROVED = "approved", pgettext_lazy("organizer", "Approved")
    REJECTED = "rejected", _("Rejected")
    SUSPENDED = "suspended", _("Suspended")


ORGANIZER_TRANSITIONS = {
    OrganizerState.APPLIED: (OrganizerState.APPROVED, OrganizerState.REJECTED),
    OrganizerState.REJECTED: (OrganizerState.APPROVED,),
    OrganizerState.APPROVED: (OrganizerState.SUSPENDED,),
    OrganizerState.SUSPENDED: (OrganizerState.APPROVED,),
}
