"""Issuers whose legal data is complete, and what they sell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.events.models import Event
from apps.invoices.models import Draft, Invoice, LegalEntity
from apps.invoices.services.draft import draft_documents
from apps.invoices.services.number import number_waiting
from apps.invoices.services.save_legal import save_legal
from apps.invoices.subscribers import number
from apps.orders.models import Order, OrderRefund
from apps.orders.refund_parts import of_amount, of_tickets
from apps.orders.selectors import left_of
from apps.orders.services.give_back import Giving, give, lock_bought, lock_paid, standing_units
from apps.orders.states import RefundKind
from apps.outbox.models import Message
from apps.variants.models import Variant
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant
from tests.factories.world import buy


def make_entity(
    organizer: Organizer | None, *, at: datetime | None = None, **fields: Any
) -> LegalEntity:
    defaults: dict[str, Any] = {
        "name": "Lichtbogen Konzerte GmbH",
        "street": "Norderwerft 1",
        "postcode": "20457",
        "city": "Hamburg",
        "country": "DE",
        "vat_id": "DE136695976",
    }
    entity = LegalEntity(organizer=organizer, **(defaults | fields))
    return save_legal(entity, actor="user:1", at=at or now())


def make_platform(**fields: Any) -> LegalEntity:
    defaults = {"name": "Parterre Betriebs eG", "city": "Berlin", "vat_id": "DE129273398"}
    return make_entity(None, **(defaults | fields))


def make_show(organizer: Organizer | None = None, **fields: Any) -> tuple[Event, Variant]:
    event = make_event(organizer or make_organizer(), at=now(), **fields)
    variant = make_variant(event)
    make_quota(event, 100, variant)
    return event, variant


def sell(variant: Variant, heads: int = 2, **fields: Any) -> Order:
    order, _payment = buy(variant.event, variant, heads, at=now())
    if fields:
        Order.objects.filter(pk=order.pk).update(**fields)
        order.refresh_from_db()
    return order


def take_off(order: Order, amount: int) -> OrderRefund:
    """An amount off the price: the tickets stay."""
    with transaction.atomic():
        locked = lock_paid(order)
        parts = of_amount(left_of(locked), amount)
        return give(
            locked,
            RefundKind.AMOUNT,
            parts,
            Giving("user:1", "loud"),
            bought=lock_bought(locked),
            at=now(),
        )


def take_back(order: Order, tickets: int) -> OrderRefund:
    """The first of its tickets that stand."""
    with transaction.atomic():
        locked = lock_paid(order)
        units = standing_units(locked)[:tickets]
        parts = of_tickets(left_of(locked), {unit.pk for unit in units})
        return give(
            locked,
            RefundKind.TICKETS,
            parts,
            Giving("user:1", "ill"),
            bought=lock_bought(locked),
            at=now(),
        )


def number_all(issuer: LegalEntity) -> int:
    """With every portion behind the first. How many drafts are done by it."""
    done = Draft.objects.exclude(done_at=None)
    before = done.count()
    number_waiting(issuer, at=now())
    behind, heard = Message.objects.filter(topic="invoices.waiting"), 0
    while message := behind.filter(pk__gt=heard).order_by("pk").first():
        number(message, at=now())
        heard = message.pk
    return done.count() - before


def invoices_of(order: Order) -> list[Invoice]:
    """Drafted and numbered, as its facts would."""
    draft_documents(order, at=now())
    for issuer in LegalEntity.objects.filter(organizer=order.organizer_id):
        number_waiting(issuer, at=now())
    return list(Invoice.objects.filter(order=order).order_by("pk"))
