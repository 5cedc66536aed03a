from __future__ import annotations

from dataclasses import dataclass

from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.orders.services.confirm import tickets_of
from apps.tickets.pdf import tickets_pdf
from apps.tickets.states import TicketState


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes
    type: str


def tickets_as_pdf(mail: Mail) -> list[Attachment]:
    """All valid tickets of its order in one file; none when it has none (yet)."""
    order = Order.objects.select_related("event").get(pk=mail.about_id)
    tickets = [ticket for ticket in tickets_of(order) if ticket.state == TicketState.VALID]
    if not tickets:
        return []
    name = f"{order.event.slug}-{order.reference}.pdf"
    return [Attachment(name, tickets_pdf(tickets), "application/pdf")]
