"""A gift voucher on the pages, in the mails, in the API and in the console; without JavaScript."""

from __future__ import annotations

import json
import re

import pytest
from django.core import mail as outgoing
from django.test import Client
from django.utils.timezone import now

from apps.accounts.roles import Role
from apps.ledger import balances
from apps.notifications.models import Mail
from apps.notifications.render import attached
from apps.orders.models import Order
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import Whole, refund
from apps.orders.states import OrderState
from apps.payments.models import Payment
from apps.vouchers.keys import code_of
from apps.vouchers.models import GiftVoucher, VoucherHold
from apps.vouchers.services.block import block
from apps.vouchers.states import VoucherState
from tests.buying import Shop
from tests.factories.codes import make_discount
from tests.factories.selling import make_member, make_user
from tests.factories.vouchers import broken, fund, make_voucher, rest
from tests.orders.visitor import Visitor
from tests.outbox_pump import deliver_all
from tests.vouchers.test_pages_of_codes import change, posts

LIST = "/console/vouchers/giftvoucher/"
ADA = {"name": "Ada Byron", "email": "ada@example.org"}


def test_looking_says_what_is_on_it_and_holds_nothing(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer)
    page = posts(shop, Visitor(shop), 2, code=code_of(voucher), look="1")
    assert f"There are €20.00 on gift voucher {voucher}." in page
    assert (Order.objects.count(), VoucherHold.objects.count()) == (0, 0)


def test_chosen_with_a_voucher_the_checkout_says_what_is_left_to_pay(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer)
    page = posts(shop, Visitor(shop), 2, code=code_of(voucher))
    assert f"Gift voucher {voucher}" in page
    assert re.search(r"Left to pay</dt><dd>€56.00", page)
    assert code_of(voucher) not in page


def test_put_on_at_checkout_kept_with_a_code_and_taken_off_again(shop: Shop) -> None:
    make_discount(shop.organizer)
    voucher = make_voucher(shop.organizer)
    visitor = Visitor(shop)
    posts(shop, visitor, 2)
    order = Order.objects.get()
    page = change(visitor, order, code="1234-5678-9ABC-DEFG", **ADA)
    assert "We do not know this gift voucher." in page
    page = change(visitor, order, code=code_of(voucher).lower(), **ADA)
    assert "pays €20.00" in page
    assert 'value="ada@example.org"' in page
    page = change(visitor, order, code="WELCOME10", **ADA)
    second = Order.objects.get(state=OrderState.OPEN)
    assert (second.total_minor, second.voucher_minor) == (6840, 2000)
    page = change(visitor, second, without_voucher="1", **ADA)
    assert "pays €20.00" not in page
    second.refresh_from_db()
    assert (second.voucher_minor, second.discount_minor, VoucherHold.objects.count()) == (0, 760, 0)


def test_it_pays_all_and_page_and_mail_say_so(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 10_000)
    visitor = Visitor(shop)
    page = posts(shop, visitor, 2, code=code_of(voucher))
    assert "How do you pay?" not in page
    order = Order.objects.get()
    address = f"/orders/{order.reference}/"
    visitor.client.post(f"{address}checkout/", ADA)
    order.refresh_from_db()
    assert (order.state, rest(voucher)) == (OrderState.PAID, 2400)
    page = visitor.client.get(address).content.decode()
    assert f"Gift voucher {voucher}</dt><dd>−€76.00" in page
    assert "Paid otherwise" not in page
    deliver_all(at=now())
    (letter,) = (m for m in outgoing.outbox if m.to == ["ada@example.org"])
    assert f"Gift voucher {voucher}: −€76.00" in str(letter.body)


def test_blocked_while_they_type_they_are_told(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 10_000)
    visitor = Visitor(shop)
    posts(shop, visitor, 2, code=code_of(voucher))
    block(voucher, reason="stolen", actor="user:1", at=now())
    order = Order.objects.get()
    answer = visitor.client.post(f"/orders/{order.reference}/checkout/", ADA, follow=True)
    assert "Your gift voucher does not pay any more." in answer.content.decode()
    order.refresh_from_db()
    assert order.state == OrderState.OPEN


WITHOUT = "You can go on without it: leave the field empty and pay the price shown."


def test_in_use_elsewhere_it_is_said_how_it_comes_back_and_how_to_go_on_without(
    shop: Shop,
) -> None:
    voucher, visitor = make_voucher(shop.organizer), Visitor(shop)
    posts(shop, Visitor(shop), 1, code=code_of(voucher))
    other = Order.objects.get()
    page = posts(shop, visitor, 2, code=code_of(voucher))
    assert "is in use by an order that is not paid yet" in page
    assert WITHOUT in page
    assert other.reference not in page
    assert "<option selected>2</option>" in page
    posts(shop, visitor, 2)
    order = Order.objects.exclude(pk=other.pk).get()
    page = change(visitor, order, code=code_of(voucher), **ADA)
    assert "is in use by an order that is not paid yet" in page
    assert WITHOUT in page
    visitor.client.post(
        f"/orders/{order.reference}/checkout/", {**ADA, "code": "", "provider": "stripe"}
    )
    payment = Payment.objects.get()
    assert (payment.amount_minor, order.voucher_minor) == (7600, 0)


def test_a_guess_learns_nothing_of_vouchers_in_use(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer)
    posts(shop, Visitor(shop), 1, code=code_of(voucher))
    close = code_of(voucher)[:-1] + ("0" if code_of(voucher)[-1] != "0" else "1")
    page = posts(shop, Visitor(shop), 2, code=close)
    assert "We do not know this gift voucher." in page
    assert "in use" not in page


def test_whoever_guesses_is_slowed_down(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.orders.views.code.TRIES", 2)
    visitor = Visitor(shop)
    said = [posts(shop, visitor, 1, code=f"0000-0000-0000-000{n}") for n in range(3)]
    assert ["many tries" in page for page in said] == [False, False, True]


def test_by_the_api_a_code_and_a_voucher(shop: Shop) -> None:
    make_discount(shop.organizer)
    voucher = make_voucher(shop.organizer, 10_000)
    body = {
        "event": shop.event.slug,
        "lines": [{"variant": shop.parkett.pk, "quantity": 2}],
        "email": "ada@example.org",
        "name": "Ada Byron",
        "code": "welcome10",
    }

    def order(key: str, **more: str) -> dict[str, object]:
        answer = Client().post(
            "/api/v1/orders",
            json.dumps(body | more),
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )
        said: dict[str, object] = answer.json()
        return said

    assert order("key-00001", code="nobodys")["code"] == "code_unknown"
    assert order("key-00002", voucher="0000-0000-0000-0000")["code"] == "voucher_unknown"
    made = order("key-00003", voucher=code_of(voucher))
    assert made == order("key-00003", voucher=code_of(voucher))
    told = {name: made[name] for name in ("code", "discount", "total", "by_voucher", "due")}
    assert told == {
        "code": "WELCOME10",
        "discount": {"amount_minor": 760, "currency": "EUR"},
        "total": {"amount_minor": 6840, "currency": "EUR"},
        "by_voucher": {"amount_minor": 6840, "currency": "EUR"},
        "due": {"amount_minor": 0, "currency": "EUR"},
    }
    paid = Client().post(
        f"/api/v1/orders/{made['reference']}/payments?key={made['key']}",
        json.dumps({"provider": "stripe"}),
        content_type="application/json",
    )
    assert (paid.status_code, paid.json()["status"], rest(voucher)) == (201, "captured", 3160)


def test_a_refund_onto_a_new_voucher_is_told_and_the_code_is_mailed(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 10_000)
    visitor = Visitor(shop)
    posts(shop, visitor, 2, code=code_of(voucher))
    order = Order.objects.get()
    visitor.client.post(f"/orders/{order.reference}/checkout/", ADA)
    block(voucher, reason="lost", actor="user:1", at=now())
    decided = refund(order, Whole(), Giving("user:1", "rain"), at=now())
    deliver_all(at=now())
    new = decided.voucher
    assert new is not None
    bodies = {str(m.subject): str(m.body) for m in outgoing.outbox}
    told = bodies[f"Your money for {shop.event.title} is on its way back"]
    assert f"€76.00 are on a new gift voucher, {new}" in told
    letter = bodies[f"A gift voucher for {shop.organizer.name}"]
    assert code_of(new) in letter
    assert "until" in letter
    page = visitor.client.get(f"/orders/{order.reference}/").content.decode()
    assert f"€76.00 went back onto gift voucher {new}." in page
    assert broken() == []


def test_an_owner_issues_blocks_and_replaces_and_sees_each_code_once(shop: Shop) -> None:
    fund(shop.organizer, 5000, "paypal")
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(make_member(shop.organizer, Role.OWNER))
    typed = {"organizer": shop.organizer.pk, "currency": "EUR", "language": "en", "note": "raffle"}
    page = client.post(f"{LIST}new/", typed | {"amount": "50.01"}).content.decode()
    assert "at most €50.00 could be paid out to you now" in page
    page = client.post(f"{LIST}new/", typed | {"amount": "40"}).content.decode()
    voucher = GiftVoucher.objects.get()
    assert code_of(voucher) in page
    (key,) = re.findall(r"pdf/\?key=([^\"]+)", page)
    paper = client.get(f"{LIST}{voucher.pk}/pdf/?key={key}")
    assert (paper.headers["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert client.get(f"{LIST}{voucher.pk}/pdf/").status_code == 302
    seen = client.get(f"{LIST}{voucher.pk}/overview/").content.decode()
    listed = client.get(LIST).content.decode()
    assert code_of(voucher) not in seen + listed
    assert "€40.00" in seen
    assert "€40.00" in listed
    client.post(f"{LIST}{voucher.pk}/blocking/", {"reason": "lost"})
    more = {"reason": "lost", "language": "de", "recipient_email": "ada@example.org"}
    page = client.post(f"{LIST}{voucher.pk}/replacement/", more).content.decode()
    voucher.refresh_from_db()
    other = voucher.replaced_by
    assert (voucher.state, rest(voucher), rest(other)) == (VoucherState.BLOCKED, 0, 4000)
    assert code_of(other) in page
    file = client.get(f"{LIST}csv/").getvalue().decode()
    assert (file.count("40.00"), code_of(other) in file) == (3, False)
    deliver_all(at=now())
    (letter,) = Mail.objects.filter(kind="voucher_issued")
    assert (letter.to, [a.name for a in attached(letter)]) == (
        "ada@example.org",
        [f"voucher-{other.reference}.pdf"],
    )


def test_a_form_that_was_sent_twice_issues_one(shop: Shop) -> None:
    """A second would take as much again out of what is to be paid out."""
    fund(shop.organizer, 5000)
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(make_member(shop.organizer, Role.OWNER))
    page = client.get(f"{LIST}new/").content.decode()
    (key,) = re.findall(r'name="key" value="([^"]+)"', page)
    typed = {"organizer": shop.organizer.pk, "currency": "EUR", "language": "en", "key": key}
    for _ in range(2):
        page = client.post(f"{LIST}new/", typed | {"amount": "20"}).content.decode()
        voucher = GiftVoucher.objects.get()
        assert code_of(voucher) in page
    client.post(f"{LIST}new/", typed | {"amount": "10"})  # typed over it is another
    rests = [rest(one) for one in GiftVoucher.objects.order_by("pk")]
    assert rests == [2000, 1000]
    assert balances.available(shop.organizer.pk, "stripe", "EUR").minor == 2000
    assert broken() == []


def test_an_operator_issues_by_mail_and_never_sees_a_code(shop: Shop) -> None:
    fund(shop.organizer, 5000)
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(make_user(is_staff=True))
    address = "/platform/vouchers/giftvoucher/new/"
    typed = {"organizer": shop.organizer.pk, "currency": "EUR", "language": "en", "amount": "20"}
    client.post(address, typed)
    assert GiftVoucher.objects.count() == 0
    page = client.post(address, typed | {"recipient_email": "ada@example.org"}, follow=True)
    voucher = GiftVoucher.objects.get()
    assert code_of(voucher) not in page.content.decode()
    assert "It is on its way to ada@example.org." in page.content.decode()
