"""How many statements one order of an event that is called off may cost, however many there are."""

from __future__ import annotations

from functools import partial

from django.test import Client
from django.utils.timezone import now

from apps.events.services.call_off import call_off
from apps.orders.models import OrderRefund
from apps.outbox.deliver import deliver
from apps.outbox.models import Delivery
from apps.outbox.relay import lease_due
from apps.payments.gateways.base import Kind
from apps.payments.models import ProviderNotice, Refund
from tests.buying import Buyer, Shop
from tests.orders.test_statements import asked


def cost_of_each() -> dict[str, list[int]]:
    """What is due is worked off; by handler, in the order in which it was due."""
    costs: dict[str, list[int]] = {}
    while due := lease_due(at=now()):
        for one in due:
            handler = Delivery.objects.get(pk=one.delivery_id).handler.rpartition(".")[2]
            cost = asked(partial(deliver, one.delivery_id, at=now()))
            costs.setdefault(handler, []).append(cost)
    return costs


def bought(shop: Shop) -> None:
    buyer = Buyer(shop)
    payment = buyer.on_the_way_to_pay(Kind.STRIPE, 1)
    buyer.pays(payment)
    buyer.comes_back(payment)


def test_an_order_costs_the_same_among_few_and_many(shop: Shop, client: Client) -> None:
    for _ in range(4):
        bought(shop)
    cost_of_each()
    call_off(shop.event, reason="storm", actor="user:1", at=now())

    costs = cost_of_each()

    assert OrderRefund.objects.count() == Refund.objects.filter(state="succeeded").count() == 4
    steps = ("called_off", "submit_refund", "refund_changed", "refresh_sold_out")
    # The first ones open the accounts they are booked on.
    assert {step: costs[step][1:] for step in steps} == {
        "called_off": [27] * 3,
        "submit_refund": [10] * 3,
        "refund_changed": [5] * 3,
        "refresh_sold_out": [4] * 3,
    }
    told = [event for event in shop.sandbox.notices() if "refund" in event[1]["type"]]
    assert [asked(partial(shop.sandbox.send_to, client, *event)) for event in told] == [3] * 8
    assert set(ProviderNotice.objects.values_list("state", flat=True)) == {"ignored"}
