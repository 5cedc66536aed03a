"""The price that is shown first is the price that is paid: on every page, in German, in both modes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.fees import Band
from apps.orders.models import Order
from apps.payments.gateways.base import Kind
from tests.buying import Shop
from tests.factories.selling import make_fees
from tests.orders.visitor import Visitor


@dataclass(frozen=True)
class Prices:
    """What stands on the pages."""

    one: str
    two: str
    fee_of_one: str = ""
    fee_of_two: str = ""
    minor: int = 3800
    fee_minor: int = 0


ORGANIZER = Prices("38,00 €", "76,00 €")
BUYER = Prices("40,90 €", "81,80 €", "inkl. 2,90 € Servicegebühr", "5,80 €", 4090, 290)
BOTH = pytest.mark.parametrize("prices", [ORGANIZER, BUYER], ids=["organizer", "buyer"])


@pytest.fixture
def on_sale(shop: Shop, prices: Prices) -> Shop:
    make_fees(shop.organizer, Band(Decimal(5), fixed=100), at=now(), currency="EUR")
    shop.event.buyers_bear_fee = bool(prices.fee_minor)
    shop.event.save()
    return shop


def german(shop: Shop) -> Visitor:
    return Visitor(shop, Client(headers={"Accept-Language": "de"}))


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def says(ada: Visitor, *wanted: str) -> bool:
    words = plain(ada.words)
    return all(part in words for part in wanted if part)


@BOTH
def test_a_purchase_from_the_event_page_to_the_order(on_sale: Shop, prices: Prices) -> None:
    ada = german(on_sale)
    ada.opens(f"/events/{on_sale.event.slug}/")
    assert says(ada, prices.one, prices.fee_of_one)
    assert f'data-price="{prices.minor}"' in ada.page
    assert f'"price": "{prices.minor / 100:.2f}"' in ada.page  # for search engines
    assert ("Servicegebühr" in ada.page) is bool(prices.fee_minor)

    ada.chooses(2)
    order = Order.objects.get()
    ada.opens(f"/orders/{order.reference}/checkout/")
    assert says(ada, prices.two, prices.fee_of_two)
    assert ("darin Servicegebühr" in ada.page) is bool(prices.fee_minor)

    ada.checks_out(order, provider=Kind.PAYPAL)
    payment = order.payments.get().payment
    assert payment.amount_minor == prices.minor * 2
    on_sale.sandbox.do("approve", order=payment.ids["order"], how="approve")
    ada.opens(f"/orders/{order.reference}/return/")
    assert says(ada, prices.two, prices.fee_of_two)
    assert ("darin Servicegebühr" in ada.page) is bool(prices.fee_minor)
    order.refresh_from_db()
    assert (order.state, order.fee_minor) == ("paid", 580)


@BOTH
def test_a_selection_sent_back_and_one_that_replaces(on_sale: Shop, prices: Prices) -> None:
    ada = german(on_sale)
    ada.chooses(1)
    ada.is_refused(2)  # one is held already: this or that?
    assert says(ada, prices.one, prices.two, prices.fee_of_two)
    bela = german(on_sale)
    bela.is_refused(0)
    assert says(bela, prices.one, prices.fee_of_one)


@BOTH
def test_lists_name_the_price_with_its_fee(on_sale: Shop, prices: Prices) -> None:
    ada = german(on_sale)
    for page in ("/", f"/organizers/{on_sale.organizer.slug}/"):
        ada.opens(page)
        assert says(ada, prices.one)


@BOTH
def test_programs_read_it_too(on_sale: Shop, prices: Prices, client: Client) -> None:
    (variant,) = client.get(f"/api/v1/events/{on_sale.event.slug}/variants").json()
    assert variant["price"] == {"amount_minor": prices.minor, "currency": "EUR"}
    assert variant["buyer_fee"] == {"amount_minor": prices.fee_minor, "currency": "EUR"}
    body: dict[str, Any] = {
        "event": on_sale.event.slug,
        "lines": [{"variant": on_sale.parkett.pk, "quantity": 2}],
        "email": "ada@example.org",
        "name": "Ada Byron",
    }
    order = client.post(
        "/api/v1/orders",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": "basket-0001"},
    ).json()
    assert order["total"]["amount_minor"] == prices.minor * 2
    assert order["buyer_fee"]["amount_minor"] == prices.fee_minor * 2
    (line,) = order["lines"]
    assert line["unit_price"]["amount_minor"] == prices.minor
    assert line["buyer_fee"]["amount_minor"] == prices.fee_minor * 2
