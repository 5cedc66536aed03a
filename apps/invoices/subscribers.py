from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.invoices.kinds import Kind
from apps.invoices.models import Invoice, LegalEntity
from apps.invoices.papers import paper_of
from apps.invoices.services.check_vat import check_vat
from apps.invoices.services.draft import draft_documents
from apps.invoices.services.number import Place, number_waiting
from apps.orders.billing import Billing
from apps.orders.models import Order
from apps.outbox.models import Message
from apps.outbox.publish import publish


def documents_due(message: Message, *, at: datetime) -> None:
    """Of an order that was sold, given back, or has another recipient."""
    order = Order.objects.get(pk=message.payload["id"])
    draft_documents(order, at=at)
    for issuer in LegalEntity.objects.filter(organizer=order.organizer_id):
        number_waiting(issuer, at=at)
    if Billing.of(order.billing).vat_id:
        with transaction.atomic():
            publish("invoice.vat_id_given", about=order, at=at)


def number(message: Message, *, at: datetime) -> None:
    """An issuer's data has changed, or something of it waits: all of it, or behind what was numbered."""
    issuer = LegalEntity.objects.select_related("organizer").get(pk=message.payload["id"])
    begin = None
    if "after" in message.payload:
        begin = Place(Kind(message.payload["kind"]), message.payload["after"])
    number_waiting(issuer, at=at, begin=begin)


def check_issuer(message: Message, *, at: datetime) -> None:
    check_vat(LegalEntity.objects.get(pk=message.payload["id"]).vat_id, at=at)


def check_recipient(message: Message, *, at: datetime) -> None:
    check_vat(Billing.of(Order.objects.get(pk=message.payload["id"]).billing).vat_id, at=at)


def draw(message: Message, *, at: datetime) -> None:
    """For those who work with the data inside; a receipt is drawn when somebody wants it."""
    invoice = Invoice.objects.get(pk=message.payload["id"])
    if invoice.is_electronic:
        paper_of(invoice, at=at)
