from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TicketState(models.TextChoices):
    VALID = "valid", _("Valid")
    BLOCKED = "blocked", _("Blocked")
    REFUNDED = "refunded", _("Refunded")
    TRANSFERRED = "transferred", _("Passed on")


# It stands for a unit somebody owns.
LIVING = (TicketState.VALID, TicketState.BLOCKED)

TICKET_TRANSITIONS = {
    TicketState.VALID: (TicketState.BLOCKED, TicketState.REFUNDED, TicketState.TRANSFERRED),
    TicketState.BLOCKED: (TicketState.VALID, TicketState.REFUNDED, TicketState.TRANSFERRED),
}
