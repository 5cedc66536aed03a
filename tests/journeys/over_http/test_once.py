"""Double clicks, the back button, reloads and second thoughts: one order, one payment, one sale."""

from __future__ import annotations

import pytest

from apps.inventory.availability import count
from apps.orders.models import Order, OrderPayment
from apps.orders.states import OrderState
from apps.outbox.models import Message
from apps.payments.models import Payment, Refund
from apps.tickets.models import Ticket
from tests.buying import Shop
from tests.visiting import DETAILS, Visitor, order_at

BOTH = pytest.mark.parametrize("provider", ["stripe", "paypal"])


def left(shop: Shop) -> int | None:
    return count(shop.event.pk).of(shop.parkett.pk)


@BOTH
def test_every_step_twice_is_one_sale(shop: Shop, mira: Visitor, provider: str) -> None:
    place = f"/events/{shop.event.slug}/orders/"
    chosen = {f"heads-{shop.parkett.pk}": "2"}
    mira.chooses(2)
    first, second = (mira.posts(place, chosen).headers["Location"] for _ in range(2))
    assert (first, Order.objects.count(), left(shop)) == (second, 1, 8)

    details = DETAILS | {"provider": provider}
    pages = {mira.posts(first, details).headers["Location"] for _ in range(3)}
    assert (len(pages), Payment.objects.count(), left(shop)) == (1, 1, 8)

    order = Order.objects.get()
    assert "Paid." in mira.pays(mira.open(pages.pop())).text
    for _ in range(2):
        assert "Paid." in mira.open(f"/orders/{order.reference}/return/").text
        # The back button, and the buttons of the pages it shows.
        assert mira.open(first).url.endswith(f"/orders/{order.reference}/")
        assert "/orders/" in mira.posts(first, details).headers["Location"]
        mira.posts(f"/orders/{order.reference}/payments/", {"provider": "stripe"})
        mira.posts(f"/orders/{order.reference}/cancellation/")
    order.refresh_from_db()
    assert (order.state, Ticket.objects.count(), left(shop)) == (OrderState.PAID, 2, 8)
    assert (Payment.objects.count(), Refund.objects.count()) == (1, 0)
    assert OrderPayment.objects.filter(applied=True).count() == 1
    assert Message.objects.filter(topic="order.confirmed").count() == 1


def test_the_same_selection_again_goes_on_where_it_was(shop: Shop, mira: Visitor) -> None:
    first = mira.chooses(2)
    again = mira.chooses(2)
    assert (again.url, Order.objects.count(), left(shop)) == (first.url, 1, 8)


def test_another_selection_offers_to_go_on(shop: Shop, mira: Visitor) -> None:
    first = mira.chooses(2)
    asked = mira.chooses(3)
    assert (asked.status, Order.objects.count(), left(shop)) == (200, 1, 8)
    assert mira.open(asked.link_to("/checkout/")).url == first.url


@BOTH
def test_or_to_replace_it_and_the_old_one_cannot_be_paid(
    shop: Shop, mira: Visitor, provider: str
) -> None:
    paying = mira.on_the_way_to_pay(provider, heads=2)
    asked = mira.chooses(3)
    checkout = mira.send(asked.form_to("/orders/"))
    new = order_at(checkout)
    old = Order.objects.exclude(pk=new.pk).get()
    assert (old.state, old.replaced_by, left(shop)) == (OrderState.CANCELLED, new, 7)
    mira.pays(paying)
    assert shop.balances() == {}
    assert "Paid." in mira.pays(mira.orders(checkout, provider)).text
    old.refresh_from_db()
    assert (old.state, Ticket.objects.count(), left(shop)) == (OrderState.CANCELLED, 3, 7)


def test_what_was_paid_in_another_tab_is_not_replaced(shop: Shop, mira: Visitor) -> None:
    paying = mira.on_the_way_to_pay("stripe")
    asked = mira.chooses(3)
    paid = order_at(mira.pays(paying))
    checkout = mira.send(asked.form_to("/orders/"))
    assert order_at(checkout) != paid
    paid.refresh_from_db()
    assert (paid.state, paid.replaced_by) == (OrderState.PAID, None)
    assert (Ticket.objects.count(), left(shop)) == (2, 5)


def test_changing_ones_mind_about_the_provider_is_one_sale(shop: Shop, mira: Visitor) -> None:
    stripe = mira.on_the_way_to_pay("stripe")
    order = Order.objects.get()
    paypal = mira.orders(mira.open(f"/orders/{order.reference}/checkout/"), "paypal")
    assert mira.open(stripe.url).status == 410
    assert "Paid." in mira.pays(paypal).text
    assert Payment.objects.filter(state="captured").count() == 1
    assert (Order.objects.count(), Ticket.objects.count()) == (1, 2)


def test_two_people_in_two_browsers_are_two_orders(shop: Shop, mira: Visitor) -> None:
    mira.buys("stripe")
    Visitor(shop).buys("paypal")  # with the same typed address
    assert (Order.objects.filter(state="paid").count(), left(shop)) == (2, 6)
