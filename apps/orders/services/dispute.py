"""
A dispute as its order feels it: money kept or gone, tickets blocked or valid again, in one transaction
with the snapshot that says so. Webhook, poll and answer all come here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from apps.events.states import EventState
from apps.orders.models import Order, OrderPayment
from apps.orders.services import book_dispute
from apps.orders.services.disputed_tickets import block_tickets, unblock_tickets
from apps.outbox.publish import publish
from apps.payments.gateways.disputes import DisputeView
from apps.payments.gateways.registry import DISPUTE_GATEWAYS
from apps.payments.models import Dispute, Payment
from apps.payments.services.apply_dispute import AppliedDispute, apply_dispute
from apps.payments.services.refund import TAKEN_BACK
from apps.payments.states import DISPUTE_HOLDING, DISPUTE_RUNNING, DisputeState


def look_at_disputes(
    payment: Payment, *, named: Mapping[str, str] | None = None, at: datetime
) -> list[Dispute]:
    """
    Ask the provider for all disputes over a payment, and do what follows. Safe at any time, and twice.

    named: the ids of the notice that told of one.
    :raises GatewayError: it could not be asked; ask again later.
    """
    ids = {**payment.ids, **(named or {})}
    listed = DISPUTE_GATEWAYS[payment.provider].list_disputes(ids)
    return [take_in(payment, seen, at=at) for seen in listed]


def take_in(payment: Payment, seen: DisputeView, *, at: datetime) -> Dispute:
    """A snapshot, and all it means, in one transaction."""
    with transaction.atomic():
        order = (
            Order.objects.select_for_update(no_key=True, of=("self",))
            .select_related("organizer", "event")
            .get(payments__payment=payment)
        )
        bought = OrderPayment.objects.get(payment=payment).applied
        applied = apply_dispute(payment.pk, seen, at=at)
        dispute = applied.dispute
        _settle_money(order, dispute, bought=bought, at=at)
        if bought:
            _settle_tickets(order, applied, at=at)
        if dispute.state != applied.before:
            publish(
                "dispute.changed",
                about=dispute,
                at=at,
                order=order.pk,
                state=dispute.state,
                before=applied.before or "",
            )
            _go_on_giving_back(order, dispute, at=at)
    return dispute


def _go_on_giving_back(order: Order, dispute: Dispute, *, at: datetime) -> None:
    """Of an event that was called off: this order had to wait for the decision."""
    if order.event.state == EventState.CANCELLED and dispute.state not in DISPUTE_RUNNING:
        publish("order.called_off", about=order, at=at, event=order.event_id)


def _settle_money(order: Order, dispute: Dispute, *, bought: bool, at: datetime) -> None:
    before = dispute.kept_minor
    _settle_own(order, dispute, bought=bought, at=at)
    if dispute.kept_minor < before:
        for other in _lost(dispute.payment).exclude(pk=dispute.pk):
            book_dispute.catch_up(order, other, applied=bought, at=at)


def _lost(payment: Payment) -> QuerySet[Dispute]:
    lost = Dispute.objects.filter(payment=payment, state=DisputeState.LOST)
    return lost.select_related("payment").order_by("pk")


def _settle_own(order: Order, dispute: Dispute, *, bought: bool, at: datetime) -> None:
    if dispute.state in DISPUTE_RUNNING:
        book_dispute.keep(order, dispute, applied=bought, at=at)
    elif dispute.state != DisputeState.LOST:
        book_dispute.let_go(order, dispute, at=at)
    else:
        if not dispute.lost_minor:  # perhaps we hear of it only now
            book_dispute.keep(order, dispute, applied=bought, at=at)
        book_dispute.lose(order, dispute, at=at)


def _settle_tickets(order: Order, applied: AppliedDispute, *, at: datetime) -> None:
    """A question blocks nobody. What is lost stays blocked: its money is gone."""
    state, before = DisputeState(applied.dispute.state), applied.before
    if state == before:
        return
    if state in DISPUTE_HOLDING or state == DisputeState.LOST:
        block_tickets(order, applied.dispute, at=at)
    elif before in DISPUTE_HOLDING:
        unblock_tickets(applied.dispute, at=at)


def settle_failed_refund(payment: Payment, *, at: datetime) -> None:
    """The buyer is owed it, unless their bank has given it to them already. In the caller's transaction."""
    order = Order.objects.select_for_update(no_key=True, of=("self",)).get(
        payments__payment=payment
    )
    bought = OrderPayment.objects.get(payment=payment).applied
    Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    for dispute in _lost(payment):
        book_dispute.catch_up(order, dispute, applied=bought, at=at)


def make_room(order: Order, payment: Payment, *, at: datetime) -> list[Dispute]:
    """
    A refund made at the provider is taken in: what disputes keep or took of the payment gives way. Those
    that were lost before; their fee is settled when the refund is booked. Needs the order's lock.
    """
    bought = OrderPayment.objects.get(payment=payment).applied
    Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    taken = Dispute.objects.filter(payment=payment, state__in=TAKEN_BACK)
    disputes = list(taken.select_related("payment").order_by("-pk"))
    for dispute in disputes:
        if dispute.state == DisputeState.LOST:
            book_dispute.give_way(order, dispute, at=at)
        else:
            book_dispute.keep(order, dispute, applied=bought, at=at)
    return [dispute for dispute in disputes if bought and dispute.state == DisputeState.LOST]
