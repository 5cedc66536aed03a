"""A document with the wrong recipient is not changed: it is cancelled, and a new one is written."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.invoices.content import left_of
from apps.invoices.kinds import Kind
from apps.invoices.models import Draft, Invoice
from apps.orders.billing import Billing
from apps.orders.models import Order
from apps.outbox.publish import publish
from apps.trail.record import record


class NotNow(Exception):
    """Something of this order is about to be numbered: in a moment."""


class NothingLeft(Exception):
    """All of it was given back: there is nothing to write an invoice about."""


def bill_to(order: Order, billing: Billing, *, actor: str, at: datetime) -> None:
    """
    The recipient from now on. What has no number yet will say so; what has one is cancelled and
    written anew, over what was not given back.

    :raises NotNow, NothingLeft: nothing was changed.
    """
    with transaction.atomic():
        locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
        if locked.billing == billing.stored():
            return
        Order.objects.filter(pk=locked.pk).update(billing=billing.stored())
        order.billing = billing.stored()
        standing = standing_invoice(locked)
        if standing is not None:
            _write_anew(locked, standing, at=at)
            record("invoice.correct", about=standing, actor=actor, at=at)
        publish("invoice.recipient_changed", about=locked, at=at, actor=actor)


def standing_invoice(order: Order) -> Invoice | None:
    """The invoice of an order that counts: its newest. None: it has no number yet."""
    return Invoice.objects.filter(order=order, kind=Kind.INVOICE).order_by("pk").last()


def _write_anew(order: Order, standing: Invoice, *, at: datetime) -> None:
    if Draft.objects.filter(order=order, done_at=None).exists():
        raise NotNow
    left = left_of(standing)
    if not sum(part.gross for part in left):
        raise NothingLeft
    common = {
        "organizer_id": order.organizer_id,
        "order": order,
        "corrects": standing,
        "lines": [[p.line.order_line_id, p.quantity, p.gross, p.tax] for p in left],
        "created_at": at,
    }
    Draft.objects.bulk_create(
        [
            Draft(key=f"cancel:{standing.pk}", kind=Kind.CREDIT_NOTE, **common),
            Draft(key=f"instead:{standing.pk}", kind=Kind.INVOICE, **common),
        ]
    )
