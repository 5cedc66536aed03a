from __future__ import annotations

from django import template

from apps.invoices.drawing import words
from apps.invoices.models import Invoice, LegalEntity
from apps.invoices.selectors import papers_of
from apps.orders.models import Order

register = template.Library()


@register.simple_tag
def papers(order: Order) -> list[Invoice]:
    return papers_of(order)


@register.simple_tag
def can_issue(order: Order) -> bool:
    """Its organizer's invoices are set up."""
    return LegalEntity.objects.filter(
        organizer=order.organizer_id, complete_at__isnull=False
    ).exists()


@register.filter
def document_title(invoice: Invoice) -> str:
    return words.title(invoice)
