"""Redis is away: nobody who buys, shows a ticket, signs in or works notices."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.services.add_user import NewUser, add_user
from apps.checkin.selectors import counts
from apps.orders.models import Order
from apps.tickets.models import Ticket, TicketView
from apps.variants.models import Variant
from tests.buying import Shop
from tests.orders.visitor import Visitor


@pytest.mark.usefixtures("redis_away")
def test_tickets_are_bought_and_shown(shop: Shop) -> None:
    Variant.objects.update(price_minor=0)
    ada = Visitor(shop)
    assert ada.opens(f"/events/{shop.event.slug}/") == 200
    ada.chooses(1)
    order = Order.objects.get()
    ada.checks_out(order)
    ticket = Ticket.objects.get()
    address = f"/orders/{order.reference}/tickets/{ticket.reference}"
    assert ada.opens(f"{address}/") == 200
    assert 'class="qr"' in ada.page
    assert ada.client.get(f"{address}.pdf").content.startswith(b"%PDF")
    assert ada.opens(f"{address}/") == 200
    assert TicketView.objects.filter(what=TicketView.What.PAGE).count() == 1
    assert counts(shop.event).expected == 1


def test_who_was_signed_in_still_is_and_others_sign_in(
    db: None, request: pytest.FixtureRequest
) -> None:
    mira = add_user(NewUser("mira@example.org", password="right and long"))
    here_before = Client()
    here_before.force_login(mira)
    request.getfixturevalue("redis_away")
    assert here_before.get("/my/account/").status_code == 200
    comes_now = Client()
    typed = {"login": "mira@example.org", "password": "wrong"}
    assert comes_now.post("/accounts/login/", typed).status_code == 200
    assert comes_now.get("/my/account/").status_code == 302
    typed["password"] = "right and long"
    assert comes_now.post("/accounts/login/", typed).headers["Location"] == "/my/tickets/"
    assert comes_now.get("/my/account/").status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_away")
def test_whoever_watches_is_told(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["trouble"]) == (503, {"redis": "ConnectionError"})
