from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PayoutState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ENDORSED = "endorsed", _("Waits for a second person")
    APPROVED = "approved", _("Cleared")
    SENDING = "sending", _("Being sent")
    IN_TRANSIT = "in_transit", _("On its way")
    HELD = "held", _("Held by the provider")
    UNCLAIMED = "unclaimed", _("Not claimed yet")
    PAID = "paid", _("Paid out")
    RETURNED = "returned", _("Came back")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


# Nothing is booked yet.
WAITING = (PayoutState.PROPOSED, PayoutState.ENDORSED)
UNSENT = (*WAITING, PayoutState.APPROVED, PayoutState.SENDING)
# The money is out of our balance at the provider, or may be any moment.
MONEY_OUT = (PayoutState.HELD, PayoutState.UNCLAIMED, PayoutState.PAID)
LIVING = (*UNSENT, PayoutState.IN_TRANSIT, *MONEY_OUT)

PAYOUT_TRANSITIONS = {
    PayoutState.PROPOSED: (PayoutState.ENDORSED, PayoutState.APPROVED, PayoutState.CANCELLED),
    PayoutState.ENDORSED: (PayoutState.APPROVED, PayoutState.CANCELLED),
    PayoutState.APPROVED: (PayoutState.SENDING, PayoutState.CANCELLED),
    PayoutState.SENDING: (PayoutState.IN_TRANSIT, PayoutState.FAILED),
    PayoutState.IN_TRANSIT: (
        PayoutState.PAID,
        PayoutState.HELD,
        PayoutState.UNCLAIMED,
        PayoutState.RETURNED,
        PayoutState.FAILED,
    ),
    PayoutState.HELD: (PayoutState.PAID, PayoutState.RETURNED),
    PayoutState.UNCLAIMED: (PayoutState.PAID, PayoutState.RETURNED),
    PayoutState.PAID: (PayoutState.RETURNED,),
}
