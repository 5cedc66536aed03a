"""Absolute addresses for mails: there is no request here to take the host from."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from apps.exports.models import Export
from apps.invoices.models import Invoice
from apps.orders.keys import image_key, order_key
from apps.orders.models import Order
from apps.payments.models import Dispute
from apps.payouts.models import Payout
from apps.tickets.models import Ticket


def absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def order_url(order: Order) -> str:
    """With the key that opens it."""
    return absolute(f"{reverse('orders:order', args=[order.reference])}?key={order_key(order)}")


def ticket_png_url(ticket: Ticket) -> str:
    return absolute(reverse("orders:image", args=[ticket.reference, image_key(ticket)]))


def event_url(slug: str) -> str:
    return absolute(reverse("shop:event", args=[slug]))


def organizer_url(slug: str) -> str:
    return absolute(reverse("shop:organizer", args=[slug]))


def console_url() -> str:
    return absolute(reverse("console:index"))


def statement_url(payout: Payout) -> str:
    return absolute(reverse("console:payouts_payout_overview", args=[payout.pk]))


def payout_of_operators_url(payout: Payout) -> str:
    return absolute(reverse("platform:payouts_payout_overview", args=[payout.pk]))


def invoice_url(invoice: Invoice) -> str:
    return absolute(reverse("console:invoices_invoice_overview", args=[invoice.pk]))


def platform_url() -> str:
    return absolute(reverse("platform:index"))


def dispute_url(dispute: Dispute) -> str:
    return absolute(reverse("console:payments_dispute_overview", args=[dispute.pk]))


def platform_order_url(order: Order) -> str:
    return absolute(reverse("platform:orders_order_overview", args=[order.pk]))


def export_url(export: Export, *, site: str) -> str:
    """site: "console", or "platform" for operators. It opens nothing by itself."""
    return absolute(reverse(f"{site}:exports_export_overview", args=[export.pk]))


def cases_url() -> str:
    return absolute(f"{reverse('platform:reconciliation_case_changelist')}?state__exact=open")
