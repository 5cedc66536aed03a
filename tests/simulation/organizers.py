"""What organizers and operators do with money that came in."""

from __future__ import annotations

from apps.core.money import Money
from apps.events.models import Event
from apps.events.services.call_off import call_off
from apps.events.states import EventState
from apps.orders.models import Order, Unit
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import Amount, Tickets, refund, refund_order
from tests.simulation.life import PAID, Life


def refunds_all(life: Life) -> str:
    order = life.some(Order.objects.filter(state__in=PAID))
    if order is None:
        return ""
    refund_order(order, actor="user:1", reason="ill", at=life.at)
    return f"order {order.pk}"


def refunds_a_ticket(life: Life) -> str:
    unit = life.some(Unit.objects.filter(ended_at=None).select_related("line__order"))
    if unit is None:
        return ""
    order = unit.line.order
    giving = Giving("user:1", "ill", back_on_sale=life.perhaps(0.7))
    decided = refund(order, Tickets(frozenset({unit.pk})), giving, at=life.at)
    return f"unit {unit.pk} of order {order.pk}: {decided.amount_minor}"


def refunds_an_amount(life: Life) -> str:
    order = life.some(Order.objects.filter(state__in=PAID))
    if order is None:
        return ""
    money = Money(life.chance.randint(1, order.total_minor or 1), order.currency).in_coins()
    refund(order, Amount(money), Giving("user:1", "the heating failed"), at=life.at)
    return f"order {order.pk}: {money.minor}"


def calls_off(life: Life) -> str:
    """Everybody's money goes back, while some are still buying."""
    event = Event.objects.get(pk=life.shop.event.pk)
    if event.state != EventState.PUBLISHED:
        return ""
    call_off(event, reason="the hall is flooded", actor="user:1", at=life.at)
    return f"event {event.pk}"
