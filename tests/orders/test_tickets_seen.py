from __future__ import annotations

import pytest
from django.test import Client

from apps.orders.keys import order_key
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
