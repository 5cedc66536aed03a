"""How many statements each step of a purchase may cost. A new one is a decision, not an accident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from apps.orders.models import Order
from apps.outbox.deliver import deliver
from apps.outbox.relay import lease_due
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment
from apps.tickets.models import Ticket
from tests.buying import Shop
from tests.orders.visitor import Visitor

OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def asked(act: Callable[[], object]) -> int:
    """Statements, without those that begin and end transactions."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(not query["sql"].startswith(OF_TRANSACTIONS) for query in captured)


def known(shop: Shop) -> Visitor:
    """A browser that has been here."""
    visitor = Visitor(shop)
    visitor.chooses(0)
    return visitor


def buy(ada: Visitor, shop: Shop, provider: Kind) -> Iterator[tuple[str, int]]:
    """Each step and what it cost."""
    yield "choose", asked(lambda: ada.chooses(2))
    order = Order.objects.latest("pk")
    address = f"/orders/{order.reference}/"
    yield "checkout", asked(lambda: ada.opens(f"{address}checkout/"))
    yield "pay", asked(lambda: ada.checks_out(order, provider=provider))
    payment = Payment.objects.latest("pk")
    if provider == Kind.STRIPE:
        shop.sandbox.do("pay", session=payment.ids["session"], how="pay")
    else:
        shop.sandbox.do("approve", order=payment.ids["order"], how="approve")
    yield "return", asked(lambda: ada.client.get(f"{address}return/"))
    yield "order", asked(lambda: ada.opens(address))
    ticket = Ticket.objects.latest("pk")
    yield "ticket", asked(lambda: ada.opens(f"{address}tickets/{ticket.reference}/"))


@pytest.mark.parametrize(("provider", "returning"), [(Kind.STRIPE, 17), (Kind.PAYPAL, 22)])
def test_a_purchase_page_by_page(shop: Shop, provider: Kind, returning: int) -> None:
    dict(buy(known(shop), shop, provider))  # the first sale opens the accounts it is booked on
    assert dict(buy(known(shop), shop, provider)) == {
        "choose": 8,
        "checkout": 2,
        "pay": 13,
        "return": returning,
        "order": 6,  # so is the first look at the code it shows
        "ticket": 3,  # its first look of the day is on record
    }


def sent(shop: Shop, client: Client, kind: str) -> int:
    event = shop.sandbox.notices(type=kind)[-1]
    return asked(lambda: shop.sandbox.send_to(client, *event))


def worked_off() -> int:
    """What the worker asks for what is due in its first queue."""
    due = [one.delivery_id for one in lease_due(at=now()) if one.queue == "critical"]
    return sum(asked(partial(deliver, pk, at=now())) for pk in due)


def test_a_webhook_of_money_that_is_in_the_books(shop: Shop, client: Client) -> None:
    dict(buy(known(shop), shop, Kind.STRIPE))
    assert (sent(shop, client, "checkout.session.completed"), worked_off()) == (2, 0)


def test_a_webhook_that_tells_the_fee(shop: Shop, client: Client) -> None:
    shop.sandbox.world.options = replace(shop.sandbox.world.options, settle_seconds=1.0)
    dict(buy(known(shop), shop, Kind.STRIPE))
    shop.sandbox.later(2)
    assert sent(shop, client, "charge.updated") == 4
    assert worked_off() == 12 + 3  # the first fee opens the account it is booked on


def test_a_webhook_that_was_quicker_than_the_buyer(shop: Shop, client: Client) -> None:
    ada = known(shop)
    steps = buy(ada, shop, Kind.STRIPE)
    while next(steps)[0] != "pay":
        pass
    payment = Payment.objects.get()
    shop.sandbox.do("pay", session=payment.ids["session"], how="pay")
    stored = sent(shop, client, "checkout.session.completed")
    ada.opens(f"/orders/{Order.objects.get().reference}/return/")
    assert (stored, worked_off()) == (4, 5)
