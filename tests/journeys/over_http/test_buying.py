"""Buying over HTTP, page by page, as a browser without JavaScript does it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from apps.audit.registry import all_checks
from apps.audit.run import look
from apps.demo.journey.browser import Form
from apps.inventory.availability import count
from apps.notifications.models import Mail
from apps.orders.models import Order, OrderPayment
from apps.orders.states import OrderState
from apps.payments.models import Payment
from apps.payments.states import PaymentState
from apps.tickets.models import Ticket
from tests.buying import Shop, tickets_of
from tests.expiring import expire_due
from tests.factories.selling import make_quota, make_variant
from tests.outbox_pump import SOON, deliver_all
from tests.visiting import Visitor, order_at

BOTH = pytest.mark.parametrize("provider", ["stripe", "paypal"])


def left(shop: Shop) -> int | None:
    return count(shop.event.pk).of(shop.parkett.pk)


def broken() -> list[str]:
    return [row for finding in look(all_checks()) for row in finding.rows]


@BOTH
def test_from_the_list_of_events_to_the_ticket_and_its_mail(
    shop: Shop, mira: Visitor, provider: str
) -> None:
    assert f"/events/{shop.event.slug}/" in mira.open("/").link_to(shop.event.slug)
    checkout = mira.chooses(2)
    assert checkout.url.endswith("/checkout/")
    assert (left(shop), Payment.objects.count()) == (8, 0)
    paying = mira.orders(checkout, provider)
    assert "/sandbox/" in paying.url
    done = mira.pays(paying)

    order = order_at(done)
    assert "Paid." in done.text
    assert (order.state, order.email, order.name) == (
        OrderState.PAID,
        "mira@example.org",
        "Mira Sandberg",
    )
    ticket = tickets_of(order)[0]
    assert mira.open(done.link_to(f"/tickets/{ticket.reference}/")).status == 200
    pdf = mira.client.get(done.link_to("/tickets.pdf"))
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    deliver_all(at=now() + SOON)
    assert list(Mail.objects.values_list("to", "state")) == [("mira@example.org", "sent")]
    assert (left(shop), Payment.objects.count(), broken()) == (8, 1, [])


def test_declined_at_stripe_then_paid_on_the_same_page(shop: Shop, mira: Visitor) -> None:
    declined = mira.presses(mira.on_the_way_to_pay("stripe"), "decline")
    assert "declined" in declined.text
    assert (left(shop), Ticket.objects.count()) == (8, 0)
    assert "Paid." in mira.pays(declined).text
    assert (Payment.objects.count(), Ticket.objects.count(), broken()) == (1, 2, [])


def test_declined_at_paypal_then_paid_from_the_order(shop: Shop, mira: Visitor) -> None:
    back = mira.presses(mira.on_the_way_to_pay("paypal"), "declined")
    order = order_at(back)
    assert (order.state, left(shop), Ticket.objects.count()) == (OrderState.PENDING, 8, 0)
    again = mira.open(back.link_to("/checkoutnow"))
    assert "Paid." in mira.pays(again).text
    assert (Order.objects.count(), Ticket.objects.count(), broken()) == (1, 2, [])


def test_declined_then_paid_with_the_other_provider(shop: Shop, mira: Visitor) -> None:
    back = mira.presses(mira.on_the_way_to_pay("paypal"), "declined")
    paying = mira.orders(mira.open(back.link_to("/checkout/")), "stripe")
    assert "Paid." in mira.pays(paying).text
    assert Payment.objects.get(state=PaymentState.CAPTURED).provider == "stripe"
    assert (Order.objects.count(), Ticket.objects.count(), broken()) == (1, 2, [])


@BOTH
def test_back_from_the_providers_page_without_paying_the_places_are_kept(
    shop: Shop, mira: Visitor, provider: str
) -> None:
    paying = mira.on_the_way_to_pay(provider)
    back = mira.open(paying.link_to("/orders/"))
    assert "Not paid yet" in back.text
    assert (order_at(back).state, left(shop)) == (OrderState.PENDING, 8)
    assert "Paid." in mira.pays(mira.open(back.link_to("/sandbox/"))).text
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("provider", [None, "stripe", "paypal"])
def test_cancelled_the_places_are_free_and_nothing_can_be_paid(
    shop: Shop, mira: Visitor, provider: str | None
) -> None:
    page = paying = mira.chooses(2)
    if provider:
        paying = mira.orders(page, provider)
        page = mira.open(paying.link_to("/orders/"))
    ended = mira.send(page.form_to("/cancellation/"))
    assert "Cancelled" in ended.text
    assert (order_at(ended).state, left(shop)) == (OrderState.CANCELLED, 10)
    assert mira.open(f"/orders/{order_at(ended).reference}/checkout/").url == ended.url
    if provider == "stripe":
        assert mira.open(paying.url).status == 410
    assert (Ticket.objects.count(), broken()) == (0, [])


@BOTH
def test_when_the_time_is_up_the_pages_say_so_and_the_places_are_free(
    shop: Shop, mira: Visitor, provider: str
) -> None:
    paying = mira.on_the_way_to_pay(provider)
    order = Order.objects.get()
    with time_machine.travel(now() + timedelta(minutes=16), tick=True):
        page = mira.open(f"/orders/{order.reference}/checkout/")
        assert page.url.endswith(f"/orders/{order.reference}/")
        assert "Time is up" in page.text
        assert expire_due(at=now()) == 1
        assert "Time is up" in mira.open(f"/orders/{order.reference}/").text
    assert left(shop) == 10
    mira.pays(paying)  # the page was still open: Stripe refuses, PayPal's approval is not captured
    order.refresh_from_db()
    assert (order.state, Ticket.objects.count(), broken()) == (OrderState.EXPIRED, 0, [])


def test_a_free_order_needs_no_provider(shop: Shop, mira: Visitor) -> None:
    free = make_variant(shop.event, "Freikarte", price_minor=0)
    make_quota(shop.event, 5, free, name="Free")
    checkout = mira.chooses(2, free)
    assert "provider" not in checkout.form_to("/checkout/").fields
    done = mira.send(checkout.form_to("/checkout/"), {"name": "Mira", "email": "m@example.org"})
    assert "Done." in done.text
    assert (Ticket.objects.count(), OrderPayment.objects.count()) == (2, 0)
    assert (shop.balances(), broken()) == ({}, [])


def test_what_is_missing_is_marked_and_nothing_is_begun(shop: Shop, mira: Visitor) -> None:
    checkout = mira.chooses(2)
    again = mira.orders(checkout, "stripe", email="mira@", name="")
    assert (again.status, again.url) == (200, checkout.url)
    assert "Your name is missing." in again.text
    assert again.form_to("/checkout/").fields["email"] == "mira@"
    assert (Payment.objects.count(), left(shop)) == (0, 8)


def test_the_price_shown_first_is_the_price_paid(shop: Shop, mira: Visitor) -> None:
    assert "38,00" in mira.event_page().text.replace(".", ",")
    paying = mira.on_the_way_to_pay("stripe")
    assert "76.00 EUR" in paying.text
    mira.pays(paying)
    assert Payment.objects.get().amount_minor == 7600


def test_a_sold_out_variant_cannot_be_chosen(shop: Shop, mira: Visitor) -> None:
    mira.buys("stripe", heads=10)
    late = Visitor(shop)
    refused = late.send(old_form(shop, late))
    assert (refused.status, refused.url.endswith("/orders/")) == (200, True)
    assert "is sold out" in refused.text
    assert "is sold out" not in late.open(refused.url).text  # Back and reload send nothing again
    assert Order.objects.count() == 1


def old_form(shop: Shop, visitor: Visitor) -> Form:
    """The event page as it was before the last ticket went."""
    fields = {f"heads-{shop.parkett.pk}": "1"}
    return Form(f"{visitor.origin}/events/{shop.event.slug}/orders/", "post", fields)
