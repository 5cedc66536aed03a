"""What a buyer sees of invoices: at the checkout, on the order's page, and as a file."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.invoices.models import Invoice
from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.variants.models import Variant
from tests.buying import Shop
from tests.factories.invoicing import invoices_of, make_entity
from tests.factories.world import pay
from tests.orders.visitor import Visitor
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db
ACME = {
    "bill_company": "Acme GmbH", "bill_street": "Ring 5", "bill_postcode": "1010",
    "bill_city": "Wien", "bill_country": "AT", "bill_vat_id": "atu 13585627",
}  # fmt: skip


@pytest.fixture
def ada(shop: Shop) -> Visitor:
    ada = Visitor(shop)
    ada.chooses(2)
    return ada


def the_order() -> Order:
    return Order.objects.select_related("organizer", "event").get()


def paid(ada: Visitor, **typed: str) -> Order:
    ada.checks_out(the_order(), **typed)
    order = the_order()
    pay(order, at=now())
    return the_order()


def test_at_the_checkout_it_is_folded_away_and_asked_of_nobody(ada: Visitor) -> None:
    ada.opens(f"/orders/{the_order().reference}/checkout/")
    assert "Invoice to a company optional" in ada.words
    assert '<details class="fold" open' not in ada.page


def test_an_address_with_a_hole_or_a_wrong_digit_is_said_and_all_that_was_typed_stays(
    ada: Visitor,
) -> None:
    order = the_order()
    ada.checks_out(order, **(ACME | {"bill_city": "", "bill_vat_id": "ATU13585628"}))
    ada.opens(f"/orders/{order.reference}/checkout/")
    assert "An invoice needs the whole address." in ada.words
    assert "This is no VAT id of the EU: a letter or a digit is wrong." in ada.words
    for kept in ('value="Acme GmbH"', 'value="ATU13585628"', '<details class="fold" open'):
        assert kept in ada.page, kept
    order.refresh_from_db()
    assert (order.billing, order.state) == ({}, "open")


def test_a_company_gets_its_invoice_on_the_page_and_by_mail(ada: Visitor) -> None:
    order = paid(ada, **ACME)
    assert order.billing["vat_id"] == "ATU13585627"
    ada.opens(f"/orders/{order.reference}/")
    assert "Your invoice is here as soon as it is written." in ada.words

    make_entity(order.organizer)
    deliver_all(at=now())
    ada.opens(f"/orders/{order.reference}/")
    invoice = Invoice.objects.get()
    assert f"Invoice {invoice.number}" in ada.words
    assert Mail.objects.filter(kind="invoice_ready", to="ada@example.org").count() == 1

    ada.opens(f"/orders/{order.reference}/invoices/{invoice.number}.pdf")
    assert ada.response.headers["Content-Type"] == "application/pdf"
    assert ada.response.content.startswith(b"%PDF")


def test_a_receipt_is_there_for_everybody_and_nobody_is_mailed(ada: Visitor) -> None:
    order = paid(ada)
    make_entity(order.organizer)
    deliver_all(at=now())
    ada.opens(f"/orders/{order.reference}/")
    assert Invoice.objects.get().number in ada.words
    assert not Mail.objects.filter(kind="invoice_ready").exists()


def test_another_address_afterwards_is_a_cancellation_and_a_new_one(ada: Visitor) -> None:
    order = paid(ada)
    make_entity(order.organizer)
    [first] = invoices_of(order)
    ada.opens(f"/orders/{order.reference}/invoice/")
    assert "Your invoice has a number already." in ada.words
    ada.sends(f"/orders/{order.reference}/invoice/", **(ACME | {"bill_postcode": ""}))
    assert ada.response.status_code == 422
    assert 'value="Ring 5"' in ada.page
    assert Invoice.objects.count() == 1

    ada.sends(f"/orders/{order.reference}/invoice/", **ACME)
    assert ada.goes_to == f"/orders/{order.reference}/"
    deliver_all(at=now())
    ada.opens(f"/orders/{order.reference}/")
    for title in (f"Invoice {first.number}", "Cancellation CN-", "Invoice INV-"):
        assert title in ada.words
    assert Invoice.objects.count() == 3


LARGE = 600_000  # 12,000.00 for two
NO_ID = ACME | {"bill_vat_id": ""}
ASKED = "An invoice of this size needs the VAT id of the company."


def priced(shop: Shop, minor: int, country: str = "AT") -> Visitor:
    Variant.objects.update(price_minor=minor)
    make_entity(shop.organizer, country=country)
    ada = Visitor(shop)
    ada.chooses(2)
    return ada


def test_an_austrian_sellers_large_invoice_asks_a_company_for_its_vat_id(shop: Shop) -> None:
    """§ 11 Abs. 1 Z 3 lit. b UStG: above 10,000 EUR."""
    ada = priced(shop, LARGE)
    order = the_order()
    ada.checks_out(order, **NO_ID)
    ada.opens(f"/orders/{order.reference}/checkout/")
    assert ASKED in ada.words
    assert 'value="Acme GmbH"' in ada.page
    assert '<details class="fold" open' in ada.page
    assert (the_order().state, the_order().billing) == ("open", {})

    assert ada.checks_out(order, **ACME) == 303
    assert the_order().billing["vat_id"] == "ATU13585627"


@pytest.mark.parametrize(
    ("minor", "seller", "typed"),
    [
        (LARGE, "AT", {}),  # to the buyer's name alone
        (LARGE, "AT", NO_ID | {"bill_company": ""}),
        (LARGE, "AT", NO_ID | {"bill_country": "CH"}),  # it has none
        (LARGE, "DE", NO_ID),
        (500_000, "AT", NO_ID),  # 10,000.00 and not above
    ],
)
def test_nobody_else_is_asked_for_a_vat_id(
    shop: Shop, minor: int, seller: str, typed: dict[str, str]
) -> None:
    ada = priced(shop, minor, seller)
    assert ada.checks_out(the_order(), **typed) == 303


def test_a_company_that_is_named_afterwards_is_asked_too(shop: Shop) -> None:
    ada = priced(shop, LARGE)
    order = paid(ada)
    ada.sends(f"/orders/{order.reference}/invoice/", **NO_ID)
    assert ada.response.status_code == 422
    assert ASKED in ada.words
    assert the_order().billing == {}


def test_strangers_get_neither_page_nor_file(ada: Visitor) -> None:
    order = paid(ada, **ACME)
    make_entity(order.organizer)
    [invoice] = invoices_of(order)
    stranger = Client()
    base = f"/orders/{order.reference}"
    for url in (f"{base}/invoice/", f"{base}/invoices/{invoice.number}.pdf"):
        assert stranger.get(url).status_code == 404
        assert stranger.post(url, ACME).status_code in {404, 405}
    order.refresh_from_db()
    assert order.billing["company"] == "Acme GmbH"
    assert ada.opens(f"{base}/invoices/INV-1999-00001.pdf") == 404


def test_before_it_is_paid_there_is_nothing_to_invoice(ada: Visitor) -> None:
    order = the_order()
    ada.opens(f"/orders/{order.reference}/invoice/")
    assert ada.response.redirect_chain[0][0] == f"/orders/{order.reference}/"
