"""A code on the pages: looked up, used, changed at checkout, refused in words; without JavaScript."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.orders.models import Order
from apps.orders.states import OrderState
from apps.orders.views import code as code_pages
from apps.payments.models import Payment
from apps.vouchers.models import FREE, CodeUse
from apps.vouchers.states import CodeKind
from tests.buying import Shop
from tests.factories.codes import make_discount
from tests.factories.selling import make_variant
from tests.orders.visitor import Visitor


def posts(shop: Shop, visitor: Visitor, heads: int = 0, **typed: str) -> str:
    chosen = {f"heads-{shop.parkett.pk}": str(heads)} if heads else {}
    address = f"/events/{shop.event.slug}/orders/"
    answer = visitor.client.post(address, chosen | typed)
    if answer.status_code == 307:  # as a browser that is new here
        answer = visitor.client.post(answer.headers["Location"], chosen | typed)
    if answer.status_code == 302:
        answer = visitor.client.get(answer.headers["Location"])
    return answer.content.decode()


def change(visitor: Visitor, order: Order, **typed: str) -> str:
    address = f"/orders/{order.reference}/code/"
    return visitor.client.post(address, typed, follow=True).content.decode()


def test_looking_shows_the_lower_price_and_holds_nothing(shop: Shop) -> None:
    make_discount(shop.organizer)
    page = posts(shop, Visitor(shop), 2, code="welcome10", look="1")
    assert "WELCOME10 takes 10 % off" in page
    assert "€34.20" in page
    assert "<option selected>2</option>" in page
    assert (Order.objects.count(), CodeUse.objects.count()) == (0, 0)


def test_a_code_that_opens_tickets_shows_them_and_the_event_page_does_not(shop: Shop) -> None:
    make_variant(shop.event, "Presse", with_code_only=True)
    make_discount(shop.organizer, "PRESS", kind=CodeKind.ACCESS)
    visitor = Visitor(shop)
    assert "Presse" not in Client().get(f"/events/{shop.event.slug}/").content.decode()
    assert "Presse" not in posts(shop, visitor, code="NOBODYS", look="1")
    assert "Presse" in posts(shop, visitor, code="press", look="1")


def test_what_does_not_work_is_said_and_all_that_was_chosen_is_still_there(shop: Shop) -> None:
    page = posts(shop, Visitor(shop), 2, code="Nobodys")
    assert "We do not know this code." in page
    assert 'value="Nobodys"' in page
    assert "<option selected>2</option>" in page
    assert Order.objects.count() == 0


def test_an_order_with_a_code_says_what_is_off(shop: Shop) -> None:
    make_discount(shop.organizer)
    page = posts(shop, Visitor(shop), 2, code="welcome10")
    order = Order.objects.get()
    assert "Discount with WELCOME10" in page
    assert "−€7.60" in page
    assert (order.total_minor, order.discount_minor) == (6840, 760)


def test_at_checkout_a_code_is_entered_and_taken_off_again(shop: Shop) -> None:
    code = make_discount(shop.organizer, budget=1)
    visitor = Visitor(shop)
    posts(shop, visitor, 2)
    first = Order.objects.get()
    page = change(visitor, first, code="welcome10", name="Ada Byron", email="ada@example.org")
    second = Order.objects.exclude(pk=first.pk).get()
    first.refresh_from_db()
    assert "Discount with WELCOME10" in page
    assert 'value="ada@example.org"' in page
    assert (first.state, first.replaced_by, second.total_minor) == (
        OrderState.CANCELLED,
        second,
        6840,
    )
    assert second.terms_accepted_at is None
    change(visitor, second, code="welcome10", without="1")
    third = Order.objects.latest("pk")
    assert (third.total_minor, third.name) == (7600, "Ada Byron")
    assert code.uses.get().claimed_until == FREE


def test_a_wrong_code_at_checkout_changes_nothing_and_keeps_what_was_typed(shop: Shop) -> None:
    visitor = Visitor(shop)
    posts(shop, visitor, 2)
    order = Order.objects.get()
    page = change(visitor, order, code="nobodys", name="Ada Byron", email="ada@")
    assert "We do not know this code." in page
    assert 'value="ada@"' in page
    assert "Something is missing" not in page
    visitor.opens(f"/orders/{order.reference}/checkout/")  # reload, and Back to it, send nothing
    assert "We do not know this code." not in visitor.page
    assert 'value="ada@"' in visitor.page
    order.refresh_from_db()
    assert (order.state, Order.objects.count()) == (OrderState.OPEN, 1)


def test_a_code_that_was_only_typed_counts_before_anything_is_ordered(shop: Shop) -> None:
    make_discount(shop.organizer)
    visitor = Visitor(shop)
    posts(shop, visitor, 2)
    first = Order.objects.get()
    assert visitor.checks_out(first, code="welcome10", provider="paypal") == 302
    second = Order.objects.exclude(pk=first.pk).get()
    assert visitor.opens(visitor.goes_to) == 200
    assert "Your code counts. Look at the new price, then order." in visitor.words
    assert re.search(r'value="paypal"[^>]*checked', visitor.page)
    assert (second.total_minor, second.name, second.terms_accepted_at) == (6840, "Ada Byron", None)
    assert not Payment.objects.exists()

    assert visitor.checks_out(second, code="WELCOME10") == 303
    assert Payment.objects.get().amount_minor == 6840


def test_a_code_that_was_only_typed_and_does_not_work_is_said(shop: Shop) -> None:
    visitor = Visitor(shop)
    posts(shop, visitor, 2)
    order = Order.objects.get()
    assert visitor.checks_out(order, code="nobodys") == 302
    assert visitor.opens(visitor.goes_to) == 200
    assert "We do not know this code." in visitor.words
    assert 'value="nobodys"' in visitor.page
    assert not Payment.objects.exists()

    assert visitor.checks_out(order) == 303  # emptied, and ordered without


def test_who_tries_codes_all_the_time_is_stopped(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_pages, "TRIES", 3)
    visitor = Visitor(shop)
    posts(shop, visitor, 2)
    order = Order.objects.get()
    for number in range(3):
        change(visitor, order, code=f"guess{number}")
    make_discount(shop.organizer)
    page = change(visitor, order, code="welcome10")
    assert "That was many tries in a short time" in page
    assert Order.objects.latest("pk").discount_minor == 0


def test_an_address_that_used_the_code_is_told_at_its_field(shop: Shop) -> None:
    make_discount(shop.organizer, per_person=1)
    first, second = Visitor(shop), Visitor(shop)
    posts(shop, first, 1, code="welcome10")
    assert first.checks_out(Order.objects.get()) == 303
    posts(shop, second, 1, code="welcome10")
    order = Order.objects.latest("pk")
    assert second.checks_out(order) == 302
    assert second.opens(second.goes_to) == 200
    assert "You have used this code already." in second.page
    assert 'value="ada@example.org"' in second.page
    second.opens(f"/orders/{order.reference}/checkout/")
    assert "You have used this code already." not in second.page
    order.refresh_from_db()
    assert (order.email, order.state, order.created_at < now()) == ("", OrderState.OPEN, True)
