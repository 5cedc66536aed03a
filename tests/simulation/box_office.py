"""A till beside the shop: sold, exchanged for something better and given back, with money in the hand."""

from __future__ import annotations

import uuid

from apps.box_office.models import Till
from apps.box_office.services.book import must_hold
from apps.box_office.services.close_till import Count, close_till
from apps.box_office.services.give_back import give_back
from apps.box_office.services.open_till import open_till
from apps.box_office.services.sell import InHand, begin_sale, finish_sale
from apps.box_office.services.upgrade import begin
from apps.checkin.models import Device
from apps.core.money import Money
from apps.orders.models import Order
from apps.orders.states import Channel
from apps.payments.gateways.offline import Method
from apps.tickets.models import Ticket
from apps.tickets.states import TicketState
from tests.simulation.life import PAID, Life

METHODS = (Method.CASH, Method.CASH, Method.CARD)


def sells(life: Life) -> str:
    till = _till(life)
    heads = {life.one_of(list(life.shop.event.variants.order_by("pk"))).pk: 1}
    order = begin_sale(till, heads, sale=_key(life), language="en", at=life.at)
    return _finishes(life, till, order)


def exchanges(life: Life) -> str:
    """Whatever ticket somebody brings, wherever it was sold, for the other kind."""
    ticket = life.some(Ticket.objects.filter(state=TicketState.VALID))
    if ticket is None:
        return ""
    till = _till(life)
    kind = life.one_of(list(life.shop.event.variants.order_by("pk")))
    order = begin(till, ticket, kind, sale=_key(life), language="en", at=life.at)
    return f"ticket {ticket.pk}: {_finishes(life, till, order)}"


def takes_back(life: Life) -> str:
    order = life.some(Order.objects.filter(channel=Channel.BOX_OFFICE, state__in=PAID))
    if order is None:
        return ""
    till = _till(life)
    line = give_back(till, order, reason="ill", at=life.at)
    return f"order {order.pk}: {-line.amount_minor}"


def till_closes(life: Life) -> str:
    """Counted, perhaps with a coin too few."""
    till = _till(life)
    cash = max(must_hold(till, Method.CASH).minor - life.one_of([0, 0, life.coin]), 0)
    card = max(must_hold(till, Method.CARD).minor, 0)
    close_till(till, Count(till.money(cash), till.money(card)), actor="device:1", at=life.at)
    return f"till {till.pk} with {cash} and {card}"


def _finishes(life: Life, till: Till, order: Order) -> str:
    paid = InHand(life.one_of(METHODS))
    line = finish_sale(till, order, paid, at=life.at)
    return f"order {order.pk} for {line.amount_minor} by {paid.method}"


def _till(life: Life) -> Till:
    """Opened by the first who needs it."""
    found = Till.objects.filter(state="open").select_related("device__event").first()
    if found is not None:
        return found
    float_ = Money(life.chance.randint(0, 50) * 100 * life.coin, life.currency)
    return open_till(Device.objects.get(), float_, cashier="Bela", key=_key(life), at=life.at)


def _key(life: Life) -> uuid.UUID:
    return uuid.UUID(int=life.chance.getrandbits(128))
