"""What is due, written down once. Never in the sale's own transaction: the sale waits for no number."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from apps.invoices.kinds import Kind
from apps.invoices.models import Draft
from apps.orders.models import Order, OrderRefund
from apps.orders.states import OrderState

SOLD = (OrderState.PAID, OrderState.COMPLETED)
BATCH = 1000


def draft_documents(order: Order, *, at: datetime) -> None:
    """
    Of a paid order its invoice, and a credit note for each refund. Facts may come in any order and
    twice: the invoice is always written before what refers to it, each key once.

    A refund that fails later keeps its credit note: the sale is undone, and what is owed to the buyer
    stays owed.
    """
    if order.state not in SOLD or not order.total_minor:
        return
    sale = Draft(
        key=f"order:{order.pk}",
        kind=Kind.INVOICE,
        organizer_id=order.organizer_id,
        order=order,
        created_at=at,
    )
    Draft.objects.bulk_create([sale], ignore_conflicts=True)
    decisions = OrderRefund.objects.filter(order=order, amount_minor__gt=0)
    Draft.objects.bulk_create(
        [
            Draft(
                key=f"refund:{decided.pk}",
                kind=Kind.CREDIT_NOTE,
                organizer_id=order.organizer_id,
                order=order,
                order_refund=decided,
                created_at=at,
            )
            for decided in decisions.order_by("pk")
        ],
        ignore_conflicts=True,
    )


def undrafted() -> QuerySet[Order]:
    """
    Sold before there were invoices, or by hand, or one whose fact was lost: they get theirs in the order
    of their sale. The same of what was given back.
    """
    known = Draft.objects.filter(order=OuterRef("pk"), kind=Kind.INVOICE)
    credited = Draft.objects.filter(order_refund=OuterRef("pk"))
    given_back = OrderRefund.objects.filter(
        ~Exists(credited), order=OuterRef("pk"), amount_minor__gt=0
    )
    return Order.objects.filter(
        ~Exists(known) | Exists(given_back),
        state__in=SOLD,
        total_minor__gt=0,
        paid_at__isnull=False,
    ).order_by("paid_at", "pk")


def draft_what_is_missing(*, at: datetime) -> int:
    """A bounded batch; how many."""
    found = list(undrafted()[:BATCH])
    for order in found:
        draft_documents(order, at=at)
    return len(found)
