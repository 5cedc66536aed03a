from __future__ import annotations

import re
import secrets

import pytest
from django.core import signing
from django.test import Client

from apps.accounts.models import ClubMember
from apps.inventory.models import Place
from apps.orders.keys import order_key
from apps.orders.models import Order
from apps.orders.states import OrderState
from apps.payments.models import Payment
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from tests.buying import Shop
from tests.factories.selling import make_quota, make_variant
from tests.orders.visitor import Visitor


@pytest.fixture
def ada(shop: Shop) -> Visitor:
    return Visitor(shop)


def pay_at_the_provider(shop: Shop) -> None:
    payment = Payment.objects.latest("pk")
    if payment.provider == "stripe":
        shop.sandbox.do("pay", session=payment.ids["session"], how="pay")
    else:
        shop.sandbox.do("approve", order=payment.ids["order"], how="approve")


def free_places() -> int:
    return Place.objects.filter(claim=None).count()


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
def test_from_the_event_to_tickets_in_three_pages(ada: Visitor, shop: Shop, provider: str) -> None:
    assert ada.chooses(2) == 302
    order = Order.objects.get()
    assert ada.goes_to == f"/orders/{order.reference}/checkout/"
    assert ada.opens(ada.goes_to) == 200
    assert "2 × Parkett €76.00" in ada.words
    assert "2 × Parkett, Zwölf Celli im Trockendock" in ada.words
    assert "incl. 7 % VAT €4.97" in ada.words

    assert ada.checks_out(order, provider=provider) == 303
    assert ada.goes_to.startswith(shop.sandbox.url)
    pay_at_the_provider(shop)
    assert ada.opens(f"/orders/{order.reference}/return/") == 200

    assert "Paid. See you on" in ada.words
    assert "Your 2 tickets are here" in ada.words
    assert Ticket.objects.count() == 2
    for ticket in Ticket.objects.all():
        assert f"/orders/{order.reference}/tickets/{ticket.reference}/" in ada.page
    assert ada.response.headers["Cache-Control"].count("no-store") == 1


def test_nothing_chosen_is_said_beside_the_form(ada: Visitor, shop: Shop) -> None:
    assert "Choose at least one ticket." in ada.is_refused(0)
    assert not Order.objects.exists()


def test_too_many_stands_beside_its_line_and_the_choice_is_kept(ada: Visitor, shop: Shop) -> None:
    assert "You can take 10 of “Parkett” at most." in ada.is_refused(11)
    assert 'aria-invalid="true"' in ada.page
    assert free_places() == 10


def test_members_only(ada: Visitor, shop: Shop) -> None:
    ClubMember.objects.create(organizer=shop.organizer, email="ada@example.org")
    Variant.objects.update(members_only=True)

    refused = ada.is_refused(1)
    assert "“Parkett” is for members of Ensemble Lichtbogen only." in refused


def test_sold_out_says_how_many_are_left(ada: Visitor, shop: Shop) -> None:
    assert ada.chooses(8) == 302
    bob = Visitor(shop)
    assert "Only 2 tickets are left in “Hall”." in bob.is_refused(3)
    assert bob.chooses(2) == 302
    carol = Visitor(shop)
    assert "“Hall” is sold out." in carol.is_refused(1)
    assert Order.objects.count() == 2


def test_a_double_click_makes_one_order(ada: Visitor, shop: Shop) -> None:
    ada.chooses(2)
    first = ada.goes_to
    assert ada.chooses(2) == 302
    assert ada.goes_to == first
    assert (Order.objects.count(), free_places()) == (1, 8)


def test_a_new_browser_gets_its_name_before_anything_is_made(ada: Visitor, shop: Shop) -> None:
    address, chosen = f"/events/{shop.event.slug}/orders/", {f"heads-{shop.parkett.pk}": "2"}
    abandoned = Client().post(address, chosen)
    assert (abandoned.status_code, Order.objects.count(), free_places()) == (307, 0, 10)
    assert abandoned.headers["Location"] == f"{address}?introduced=1"
    assert "browser" in abandoned.cookies

    refused = Client().post(abandoned.headers["Location"], chosen | {"code": "SECRET"})
    assert (refused.status_code, Order.objects.count(), free_places()) == (302, 0, 10)
    told = refused.headers["Location"]
    assert told == f"{address}?heads-{shop.parkett.pk}=2&introduced=1"
    page = Client().get(told).content.decode()
    assert "Your browser keeps no cookies" in page
    assert "<option selected>2</option>" in page
    assert "no cookies" not in abandoned.client.get(told).content.decode()  # who has one by now

    assert ada.chooses(2) == 302
    known = ada.client.cookies["browser"].value
    ada.sends(f"/orders/{Order.objects.get().reference}/cancellation/")
    assert ada.client.post(address, chosen).status_code == 302  # who is known is not asked again
    assert ada.client.cookies["browser"].value == known


def test_another_choice_offers_to_go_on_or_to_replace(ada: Visitor, shop: Shop) -> None:
    ada.chooses(2)
    old = Order.objects.get()

    assert "2 × Parkett €76.00 Go on with these" in ada.is_refused(3)
    assert "3 × Parkett €114.00 Take these instead" in ada.words
    assert (Order.objects.count(), free_places()) == (1, 8)

    assert ada.chooses(3, replace=old.reference) == 302
    old.refresh_from_db()
    new = Order.objects.exclude(pk=old.pk).get()
    assert (old.state, old.replaced_by, free_places()) == (OrderState.CANCELLED, new, 7)
    assert ada.opens(f"/orders/{old.reference}/") == 200
    assert f"/orders/{new.reference}/" in ada.page


def test_nobody_replaces_the_order_of_somebody_else(ada: Visitor, shop: Shop) -> None:
    ada.chooses(2)
    hers = Order.objects.get()

    assert Visitor(shop).chooses(3, replace=hers.reference) == 302

    hers.refresh_from_db()
    assert (hers.state, free_places()) == (OrderState.OPEN, 5)


def test_what_is_missing_is_marked_and_what_was_typed_is_kept(ada: Visitor, shop: Shop) -> None:
    ada.chooses(2)
    order = Order.objects.get()

    assert ada.checks_out(order, email="ada@example", name="Ada & Co") == 302
    assert ada.goes_to == f"/orders/{order.reference}/checkout/"
    cookie = ada.response.cookies["typed"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (ada.goes_to, True, "Lax")
    assert ada.opens(ada.goes_to) == 200

    assert "We cannot write to this address." in ada.words
    assert 'value="Ada &amp; Co"' in ada.page
    assert 'value="ada@example"' in ada.page
    assert re.search(r'name="email"[^>]*aria-invalid="true"', ada.page)
    assert not Payment.objects.exists()

    assert ada.checks_out(order) == 303
    assert ada.response.cookies["typed"].value == ""  # forgotten with the mistake
    ada.opens(f"/orders/{order.reference}/checkout/")
    assert 'value="ada@example.org"' in ada.page
    assert "aria-invalid" not in ada.page


def test_what_does_not_fit_into_a_cookie_is_answered_at_once(ada: Visitor, shop: Shop) -> None:
    ada.chooses(8)
    order = Order.objects.get()
    names = {f"holder-{n}": f"{n}" + secrets.token_urlsafe(384) for n in range(8)}
    assert ada.checks_out(order, email="ada@example", **names) == 422
    assert "typed" not in ada.response.cookies
    assert f'value="{names["holder-7"]}"' in ada.page


def test_what_was_typed_for_one_order_is_not_shown_in_another(ada: Visitor, shop: Shop) -> None:
    ada.chooses(1)
    first = Order.objects.get()
    ada.checks_out(first, name="Ada Elsewhere", email="")
    kept = ada.response.cookies["typed"].value
    ada.sends(f"/orders/{first.reference}/cancellation/")
    ada.chooses(1)
    second = Order.objects.latest("pk")
    for value in (kept, "forged", signing.dumps(["x"], salt="other")):
        ada.client.cookies["typed"] = value
        assert ada.opens(f"/orders/{second.reference}/checkout/") == 200
        assert "Ada Elsewhere" not in ada.page


def test_a_name_can_stand_on_each_ticket(ada: Visitor, shop: Shop) -> None:
    ada.chooses(2)
    order = Order.objects.get()
    ada.checks_out(order, **{"holder-1": "Charles"})
    pay_at_the_provider(shop)
    ada.opens(f"/orders/{order.reference}/return/")

    names = Ticket.objects.order_by("pk").values_list("holder_name", flat=True)
    assert list(names) == ["Ada Byron", "Charles"]


def test_declined_and_then_paid_another_way(ada: Visitor, shop: Shop) -> None:
    ada.chooses(2)
    order = Order.objects.get()
    ada.checks_out(order, provider="paypal")
    first = Payment.objects.get()
    shop.sandbox.do("approve", order=first.ids["order"], how="declined")
    ada.opens(f"/orders/{order.reference}/return/")
    assert "Paid" not in ada.words

    ada.checks_out(order, provider="stripe")
    pay_at_the_provider(shop)
    ada.opens(f"/orders/{order.reference}/return/")

    assert "Paid. See you on" in ada.words
    assert Ticket.objects.count() == 2


def test_tickets_that_cost_nothing_need_no_provider(ada: Visitor, shop: Shop) -> None:
    Variant.objects.update(price_minor=0)
    ada.chooses(1)
    order = Order.objects.get()
    ada.opens(f"/orders/{order.reference}/checkout/")
    assert "How do you pay?" not in ada.words
    assert "Get the tickets" in ada.words

    assert ada.checks_out(order) == 302
    ada.opens(ada.goes_to)

    assert "Done. See you on" in ada.words
    assert (Ticket.objects.count(), Payment.objects.count()) == (1, 0)


def test_several_kinds_in_one_order(ada: Visitor, shop: Shop) -> None:
    rang = make_variant(shop.event, "Rang", price_minor=2000, tax_rate=19)
    make_quota(shop.event, 5, rang)

    assert ada.chooses(1, **{f"heads-{rang.pk}": "2"}) == 302
    ada.opens(ada.goes_to)

    assert "1 × Parkett €38.00 2 × Rang €40.00 Total €78.00" in ada.words
    assert "incl. 7 % VAT €2.49 incl. 19 % VAT €6.39" in ada.words


def test_cancelling_gives_the_places_back(ada: Visitor, shop: Shop) -> None:
    ada.chooses(2)
    order = Order.objects.get()

    ada.sends(f"/orders/{order.reference}/cancellation/")
    ada.opens(ada.goes_to)

    assert "Cancelled" in ada.words
    assert free_places() == 10


def test_an_order_is_shown_to_its_buyer_and_to_who_has_its_link(ada: Visitor, shop: Shop) -> None:
    ada.chooses(1)
    order = Order.objects.get()
    address = f"/orders/{order.reference}/"

    stranger = Client()
    for page in ("", "checkout/", "return/", "tickets.pdf", "tickets/ABC/", "tickets/ABC.pdf"):
        assert stranger.get(address + page).status_code == 404
    for page in ("checkout/", "payments/", "cancellation/", "mail/"):
        assert stranger.post(address + page, {}).status_code == 404
    assert stranger.get(f"{address}?key=wrong").status_code == 404

    opened = stranger.get(f"{address}?key={order_key(order)}")
    assert opened.headers["Location"] == address
    assert stranger.get(address).status_code == 200
    order.refresh_from_db()
    assert order.state == OrderState.OPEN
