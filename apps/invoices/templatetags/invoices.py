from __future__ import annotations

from django import template

from apps.invoices.drawing import words
from apps.invoices.models import Invoice
from apps.invoices.selectors import papers_of
from apps.orders.models import Order

register = template.Library()


@register.simple_tag
def papers(order: Order) -> list[Invoice]:
    return papers_of(order)


@register.filter
def document_title(invoice: Invoice) -> str:
    return words.title(invoice)
