from __future__ import annotations

from dataclasses import dataclass

from apps.invoices.models import Invoice
from apps.invoices.papers import file_name, paper_of
from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.orders.services.confirm import tickets_of
from apps.tickets.pdf import tickets_pdf
from apps.tickets.states import TicketState
from apps.vouchers.models import GiftVoucher


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


def invoice_as_pdf(mail: Mail) -> list[Attachment]:
    """Of an order; the mail is about the order, so that its organizer sees it."""
    return [_paper(Invoice.objects.get(pk=mail.context["invoice"]), mail)]


def fees_as_pdf(mail: Mail) -> list[Attachment]:
    return [_paper(Invoice.objects.get(pk=mail.about_id), mail)]


def voucher_as_pdf(mail: Mail) -> list[Attachment]:
    from apps.notifications.voucher_pdf import voucher_pdf  # late, as in tickets/pdf.py

    voucher = GiftVoucher.objects.select_related("organizer").get(pk=mail.about_id)
    name = f"voucher-{voucher.reference}.pdf"
    return [Attachment(name, voucher_pdf(voucher), "application/pdf")]


def _paper(invoice: Invoice, mail: Mail) -> Attachment:
    paper = paper_of(invoice, at=mail.queued_at)
    return Attachment(file_name(invoice), bytes(paper.pdf), "application/pdf")
