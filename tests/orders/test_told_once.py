"""A selection that makes no order: told once on a page of its own, which can be loaded again."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.inventory.models import Place
from apps.orders.models import Order
from apps.orders.views import placing
from tests.buying import Shop
from tests.orders.visitor import Visitor


@pytest.fixture
def ada(shop: Shop) -> Visitor:
    return Visitor(shop)


def test_what_was_refused_is_told_once_and_the_choice_stays(ada: Visitor, shop: Shop) -> None:
    assert "at most" in ada.is_refused(11, code="Early")
    cookie = ada.response.cookies["chosen"]
    address = f"/events/{shop.event.slug}/orders/"
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (address, True, "Lax")
    assert "no-store" in ada.response.headers["Cache-Control"]
    assert (
        "at most" not in ada.page_again()
    )  # reload, and Back to it, ask for the page and send nothing
    assert 'value="Early"' in ada.page
    assert (Order.objects.count(), Place.objects.filter(claim=None).count()) == (0, 10)

    ada.client.cookies["chosen"] = "forged"
    assert ada.client.get(address).headers["Location"] == f"/events/{shop.event.slug}/"
    assert Client().get(address).headers["Location"] == f"/events/{shop.event.slug}/"


def test_who_tries_too_often_is_told_once(
    ada: Visitor, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "ATTEMPTS", 1)
    ada.chooses(11)
    assert "That was many tries in a short time. Wait a minute." in ada.is_refused(2)
    assert "many tries" not in ada.page_again()
    assert "<option selected>2</option>" in ada.page
    assert Order.objects.count() == 0


def test_the_choice_between_two_orders_ends_with_the_first(ada: Visitor, shop: Shop) -> None:
    ada.chooses(2)
    old = Order.objects.get()
    assert "Take these instead" in ada.is_refused(3)
    assert "Take these instead" in ada.page_again()
    ada.sends(f"/orders/{old.reference}/cancellation/")
    ada.opens(f"/events/{shop.event.slug}/orders/")
    assert "Take these instead" not in ada.page
    assert "<option selected>3</option>" in ada.page
