"""A captured payment that needed a look buys its order after all: an operator has compared both."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from apps.core.money import Money
from apps.events.states import EventState
from apps.orders.models import Order
from apps.orders.services.confirm import confirm_with_unapplied
from apps.orders.services.places import PlacesGone
from apps.orders.services.send_back import owed_to_buyer
from apps.orders.states import OrderState
from apps.payments.models import Payment
from apps.payments.services.fetch import fetch
from apps.payments.states import PaymentState
from apps.trail.record import record


class Why(StrEnum):
    ORDER_PAID = "order_paid"
    ORDER_REPLACED = "order_replaced"
    NOT_ON_SALE = "not_on_sale"
    NOT_WHOLE = "not_whole"
    OTHER_SUM = "other_sum"
    PLACES_GONE = "places_gone"


class NotApplicable(Exception):
    """Nothing was changed. told: the sum the provider took, when that is why."""

    def __init__(self, why: Why, told: Money | None = None) -> None:
        super().__init__(why)
        self.why, self.told = why, told


def apply_by_hand(payment: Payment, *, actor: str, reason: str, at: datetime) -> Order:
    """
    What the provider says now counts: its sum must be the order's, in the order's currency.

    Not in a transaction.

    :raises NotApplicable: it cannot buy the order; send it back.
    :raises GatewayError: the provider could not be asked.
    """
    told = fetch(payment)
    with transaction.atomic():
        order = (
            Order.objects.select_for_update(no_key=True, of=("self",))
            .select_related("event", "organizer")
            .get(payments__payment=payment)
        )
        locked = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        if (why := why_not(order, locked)) is not None:
            raise NotApplicable(why)
        if told.state != PaymentState.CAPTURED or told.total != order.due:
            raise NotApplicable(Why.OTHER_SUM, told.total)
        try:
            confirm_with_unapplied(order, locked, actor=actor, reason=reason, at=at)
        except PlacesGone as gone:
            raise NotApplicable(Why.PLACES_GONE) from gone
        Payment.objects.filter(pk=locked.pk).update(needs_review=False)
        record(
            "payment.apply_by_hand",
            about=locked,
            actor=actor,
            at=at,
            reason=reason,
            amount=locked.amount,
        )
    return order


def why_not(order: Order, payment: Payment) -> Why | None:
    """What our own rows say against it."""
    if order.state in {OrderState.PAID, OrderState.COMPLETED}:
        return Why.ORDER_PAID
    if order.replaced_by_id is not None:
        return Why.ORDER_REPLACED
    if order.event.state != EventState.PUBLISHED:
        return Why.NOT_ON_SALE
    if owed_to_buyer(payment, order) != payment.amount:
        return Why.NOT_WHOLE
    return Why.OTHER_SUM if payment.amount != order.due else None
