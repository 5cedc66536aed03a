from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from apps.orders.keys import image_key, order_key
from apps.payments.gateways.base import Kind
from apps.tickets.models import TicketView
from tests.buying import Shop, tickets_of
from tests.disputing import paid

pytestmark = pytest.mark.django_db


def test_a_look_at_a_ticket_is_kept_once_a_day(shop: Shop, client: Client) -> None:
    bank = paid(shop, Kind.STRIPE)
    ticket, other = tickets_of(bank.order)
    home = f"/orders/{bank.order.reference}/"
    client.get(f"{home}?key={order_key(bank.order)}")
    for _ in range(3):
        assert client.get(f"{home}tickets/{ticket.reference}/").status_code == 200
    client.get(f"{home}tickets/{ticket.reference}.pdf")
    seen = TicketView.objects.filter(ticket=ticket).order_by("pk").values_list("what", flat=True)
    assert list(seen) == ["page", "pdf"]
    assert not TicketView.objects.filter(ticket=other).exists()


def test_the_orders_page_is_a_look_at_the_code_it_shows(shop: Shop, client: Client) -> None:
    bank = paid(shop, Kind.STRIPE)
    first, second = tickets_of(bank.order)
    home = f"/orders/{bank.order.reference}/"
    client.get(f"{home}?key={order_key(bank.order)}")
    assert not TicketView.objects.exists()  # a redirect shows nothing
    for _ in range(2):
        assert client.get(home).content.count(b'class="qr" role="img"') == 1
    assert list(TicketView.objects.values_list("ticket", "what")) == [(first.pk, "page")]
    cache.clear()
    client.get(home)
    assert TicketView.objects.count() == 1
    picture = f"/tickets/{second.reference}/{image_key(second)}.png"  # of the one that is unfolded
    assert picture in client.get(home).content.decode()
    client.get(picture)
    assert list(TicketView.objects.filter(ticket=second).values_list("what", flat=True)) == [
        "image"
    ]


def test_a_page_without_codes_is_no_look(shop: Shop, client: Client) -> None:
    bank = paid(shop, Kind.STRIPE)
    bank("dispute")
    client.get(f"/orders/{bank.order.reference}/?key={order_key(bank.order)}", follow=True)
    assert not TicketView.objects.exists()
