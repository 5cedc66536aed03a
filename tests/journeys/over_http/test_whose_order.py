"""Who may see an order: the browser, the account, the link; and what the link never gives away."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import ClubMember, User
from apps.demo.journey.browser import Page
from apps.notifications.models import Mail
from apps.orders.keys import order_key
from apps.orders.models import Order
from apps.orders.services.correct_email import correct_email
from apps.orders.states import OrderState
from apps.tickets.models import Ticket
from tests.buying import Shop
from tests.factories.selling import make_quota, make_user, make_variant
from tests.outbox_pump import SOON, deliver_all
from tests.visiting import Visitor, order_at

UNKNOWN = "We cannot show this order here"


def address(order: Order) -> str:
    return f"/orders/{order.reference}/"


def link(order: Order) -> str:
    return f"{address(order)}?key={order_key(order)}"


def make_account(email: str, *, verified: bool = True) -> User:
    user = make_user(email, name="Mira Sandberg")
    user.emailaddress_set.create(email=email, verified=verified, primary=True)
    return user


def sign_in(visitor: Visitor, user: User) -> Page:
    page = visitor.open("/accounts/login/")
    return visitor.send(page.form_to("/accounts/login/"), {"login": user.email, "password": "pass"})


@pytest.fixture
def bought(shop: Shop, mira: Visitor) -> Order:
    return order_at(mira.buys("stripe"))


def test_a_stranger_sees_nothing_of_it(shop: Shop, mira: Visitor, bought: Order) -> None:
    stranger = Visitor(shop)
    ticket = Ticket.objects.earliest("pk")
    for path in ("", "checkout/", "return/", f"tickets/{ticket.reference}/", "tickets.pdf"):
        page = stranger.open(address(bought) + path)
        assert (page.status, UNKNOWN in page.text) == (404, True), path
        assert "Mira" not in page.text
    for path in ("cancellation/", "mail/", "payments/"):
        assert stranger.posts(address(bought) + path).status_code == 404
    # What exists and what does not look the same.
    assert stranger.open("/orders/ABCDEFGH/").text == stranger.open(address(bought)).text


def test_the_return_page_without_a_cookie_shows_nothing_and_loses_nothing(
    shop: Shop, mira: Visitor
) -> None:
    paying = mira.on_the_way_to_pay("stripe")
    elsewhere = Visitor(shop)  # the provider's app opened another browser
    page = elsewhere.pays(elsewhere.open(paying.url))
    assert (page.status, UNKNOWN in page.text) == (404, True)
    assert page.link_to("/lost-link/")
    assert "Have you just paid? Then your tickets come by mail" in page.text
    assert "just paid" not in elsewhere.open(address(Order.objects.get())).text
    order = Order.objects.get()
    assert "Paid." in mira.open(f"{address(order)}return/").text


def test_the_key_is_exchanged_for_a_cookie_and_never_seen_again(shop: Shop, bought: Order) -> None:
    reader = Visitor(shop)
    key = order_key(bought)
    exchanged = reader.client.get(reader.origin + link(bought), follow_redirects=False)
    assert (exchanged.status_code, exchanged.headers["Location"]) == (302, address(bought))
    cookie = exchanged.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert f"Path={address(bought)}" in cookie
    assert key not in cookie
    assert exchanged.headers["Cache-Control"] == (
        "max-age=0, no-cache, no-store, must-revalidate, private"
    )
    assert exchanged.headers["Referrer-Policy"] == "same-origin"

    page = reader.open(address(bought))
    reader.open(page.link_to("/tickets/"))
    later = reader.asked[1:]
    assert "Paid." in page.text
    assert later
    assert not any(key in f"{request.url} {request.headers}" for request in later)


def test_a_key_on_the_way_to_pay_stays_out_of_what_providers_see(shop: Shop, mira: Visitor) -> None:
    mira.chooses(2)
    order = Order.objects.get()
    reader = Visitor(shop)
    reader.open(link(order))
    paying = reader.orders(reader.open(f"{address(order)}checkout/"), "paypal")
    assert "Paid." in reader.pays(paying).text
    told = b"".join(request.body for request, _ in shop.sandbox.exchanges)
    assert order_key(order).encode() not in told


@pytest.mark.parametrize("key", ["", "0" * 32, "x", "ä"])
def test_a_wrong_key_opens_nothing(shop: Shop, bought: Order, key: str) -> None:
    reader = Visitor(shop)
    page = reader.open(f"{address(bought)}?key={key}")
    assert (page.status, UNKNOWN in page.text) == (404, True)
    assert "order" not in reader.client.cookies


def test_the_key_of_one_order_opens_no_other(shop: Shop, bought: Order) -> None:
    other = order_at(Visitor(shop).buys("paypal"))
    reader = Visitor(shop)
    assert reader.open(f"{address(other)}?key={order_key(bought)}").status == 404
    assert reader.open(link(bought)).status == 200
    assert reader.open(address(other)).status == 404


def test_after_the_address_was_corrected_the_old_link_is_dead(shop: Shop, bought: Order) -> None:
    reader, old = Visitor(shop), link(bought)
    assert reader.open(old).status == 200
    correct_email(bought, "Mira@Example.com", actor="user:1", at=now())
    assert reader.open(address(bought)).status == 404  # the cookie died with the key
    assert Visitor(shop).open(old).status == 404
    deliver_all(at=now() + SOON)
    mails = Mail.objects.filter(to="mira@example.com")
    assert mails.exists()
    assert all(order_key(bought) in mail.text for mail in mails)
    assert Visitor(shop).open(link(bought)).status == 200


def test_a_lost_link_comes_by_mail_and_says_nothing_on_the_page(shop: Shop, bought: Order) -> None:
    deliver_all(at=now() + SOON)
    visitor = Visitor(shop)
    form = visitor.open("/lost-link/").form_to("/lost-link/")
    unknown, known = (
        visitor.send(form, {"email": email}) for email in ("else@example.org", "MIRA@example.org")
    )
    assert unknown.text == known.text
    deliver_all(at=now() + SOON * 2)
    assert not Mail.objects.filter(to="else@example.org").exists()
    mail = Mail.objects.filter(to="mira@example.org").latest("pk")
    found = next(word for word in mail.text.split() if "?key=" in word)
    parts = urlsplit(found)
    assert "Paid." in visitor.open(f"{parts.path}?{parts.query}").text


def test_signed_in_the_order_is_found_from_any_device(shop: Shop, mira: Visitor) -> None:
    user = make_account("mira@example.org")
    assert sign_in(mira, user).url.endswith("/my/tickets/")
    checkout = mira.chooses(2)
    fields = checkout.form_to("/checkout/").fields
    assert (fields["name"], fields["email"]) == ("Mira Sandberg", "mira@example.org")
    order = order_at(mira.pays(mira.send(checkout.form_to("/checkout/"))))
    assert (order.buyer, order.user, order.state) == (f"user:{user.pk}", user, OrderState.PAID)
    phone = Visitor(shop)
    sign_in(phone, user)
    assert "Paid." in phone.open(phone.open("/my/tickets/").link_to(address(order))).text


@pytest.mark.parametrize(("verified", "seen"), [(True, 200), (False, 404)])
def test_a_guests_order_belongs_to_who_owns_the_address(
    shop: Shop, bought: Order, verified: bool, seen: int
) -> None:
    owner = Visitor(shop)
    user = make_account("mira@example.org", verified=verified)
    owner.client.cookies["sessionid"] = _session_of(user)
    assert owner.open(address(bought)).status == seen
    assert (address(bought) in " ".join(owner.open("/my/tickets/").links)) is verified


@pytest.mark.parametrize("email", ["mira@example.org", "other@example.org"])
def test_who_signs_in_half_way_goes_on_and_has_it_in_the_account(
    shop: Shop, mira: Visitor, email: str
) -> None:
    checkout = mira.chooses(2)
    user = make_account(email)
    sign_in(mira, user)
    done = mira.pays(mira.orders(mira.open(checkout.url), "stripe"))
    order = order_at(done)
    assert (done.status, "Paid." in done.text) == (200, True)
    assert (order.user, order.email) == (user, "mira@example.org")
    phone = Visitor(shop)
    sign_in(phone, user)
    assert "Paid." in phone.open(phone.open("/my/tickets/").link_to(address(order))).text


def test_also_on_the_way_to_pay(shop: Shop, mira: Visitor) -> None:
    paying = mira.on_the_way_to_pay("paypal")
    user = make_account("other@example.org")
    sign_in(mira, user)
    again = mira.open(paying.link_to("/orders/")).link_to("/checkoutnow")
    done = mira.pays(mira.open(again))
    assert "Paid." in done.text
    assert (order_at(done).user, Order.objects.count()) == (user, 1)


def test_who_signs_in_later_in_the_same_browser_sees_it_only_with_its_address(
    mira: Visitor, bought: Order
) -> None:
    sign_in(mira, make_account("other@example.org"))
    assert mira.open(address(bought)).status == 404
    mira.send(mira.open("/my/account/").form_to("/accounts/logout/"))
    assert mira.open(address(bought)).status == 200
    sign_in(mira, make_account("mira@example.org"))
    assert "Paid." in mira.open(address(bought)).text
    bought.refresh_from_db()
    assert bought.user is None


def test_an_open_order_in_one_account_opens_in_no_other(mira: Visitor) -> None:
    checkout = mira.chooses(2).url
    sign_in(mira, make_account("other@example.org"))
    assert mira.open(checkout).status == 200
    mira.send(mira.open("/my/account/").form_to("/accounts/logout/"))
    sign_in(mira, make_account("third@example.org"))
    assert mira.open(checkout).status == 404


def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value


def test_for_members_only(shop: Shop, mira: Visitor) -> None:
    seats = make_variant(shop.event, "Mitglieder", members_only=True)
    make_quota(shop.event, 5, seats, name="Members")
    assert "is for members of" in mira.chooses(1, seats).text
    user = make_account("mira@example.org")
    sign_in(mira, user)
    assert "is for members of" in mira.chooses(1, seats).text  # signed in, but nobody's member
    assert (Order.objects.count(), Ticket.objects.count()) == (0, 0)
    ClubMember.objects.create(organizer=shop.organizer, email="mira@example.org")
    done = mira.pays(mira.orders(mira.chooses(1, seats), "stripe"))
    assert "Paid." in done.text
    assert Ticket.objects.get().variant == seats


def test_in_german_from_the_event_to_the_ticket(shop: Shop, in_german: None) -> None:
    mira = Visitor(shop, language="de")
    assert "Zur Kasse" in mira.event_page().text
    checkout = mira.chooses(2)
    assert "zahlungspflichtig bestellen" in checkout.text.lower()
    again = mira.orders(checkout, "stripe", name="")
    assert "Your name" not in again.text
    done = mira.pays(mira.orders(checkout, "stripe"))
    assert "Bezahlt." in done.text
    assert Order.objects.get().language == "de"
