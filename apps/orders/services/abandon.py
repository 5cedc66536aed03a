"""Making started payments unpayable: before another provider, another selection, cancelling or expiry."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from apps.orders.models import Order
from apps.orders.services.settle import conclude
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment
from apps.payments.services.abandon import abandon
from apps.payments.states import PaymentState

STOPPABLE = (PaymentState.CREATED, PaymentState.AWAITING_BUYER, PaymentState.APPROVED)


def abandon_payments(order: Order, *, actor: str, at: datetime) -> list[Payment]:
    """
    Ask each provider to make the order's payments unpayable, and apply what is true then.

    A payment that turns out complete confirms the order. One that is being processed stays.
    Returns the payments that may still bring money. Asks the network; not in a transaction.
    """
    _abandon(_living(order), actor=actor, at=at)
    return list(
        Payment.objects.filter(
            order_payment__order=order, state__in=[*STOPPABLE, PaymentState.PROCESSING]
        ).exclude(superseded=True)
    )


def abandon_other_payments(order: Order, provider: Kind, *, actor: str, at: datetime) -> None:
    """The same for all payments but the provider's, which goes on."""
    _abandon(_living(order).exclude(provider=provider), actor=actor, at=at)


def _living(order: Order) -> QuerySet[Payment]:
    return Payment.objects.filter(state__in=STOPPABLE, order_payment__order=order)


def _abandon(payments: QuerySet[Payment], *, actor: str, at: datetime) -> None:
    for payment in payments:
        conclude(payment, abandon(payment), actor=actor, at=at)
