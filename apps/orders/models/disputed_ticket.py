from __future__ import annotations

from django.db import models

from apps.payments.models import Dispute
from apps.tickets.models import Ticket


class DisputedTicket(models.Model):
    """A ticket a dispute keeps blocked: when it is won, these are valid again, and no others."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="tickets")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="disputes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute", "ticket"], name="disputed_ticket_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} in {self.dispute_id}"
