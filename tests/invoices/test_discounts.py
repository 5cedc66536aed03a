"""What a code took off stands on the paper and in the data; a gift voucher is how something was paid."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.utils.timezone import now
from lxml.etree import fromstring

from apps.accounts.models import Organizer
from apps.invoices.content import sums_by_rate
from apps.invoices.models import Invoice
from apps.invoices.services.correct import bill_to
from apps.orders.billing import Billing
from apps.orders.buyers import browser_buyer
from apps.orders.models import Order
from apps.orders.services.details import Details, save_details
from apps.orders.services.give_back import Giving
from apps.orders.services.place import Circumstances, Selection, place
from apps.orders.services.refund import Whole, refund
from apps.orders.services.start_payment import finish_free
from apps.vouchers.keys import code_of
from apps.vouchers.states import CodeKind
from tests.factories.codes import make_discount
from tests.factories.invoicing import (
    invoices_of,
    make_entity,
    make_show,
    take_back,
    take_off,
)
from tests.factories.selling import make_quota, make_variant
from tests.factories.vouchers import make_voucher
from tests.factories.world import pay
from tests.invoices.test_papers import ACME, RAM, drawn, words

pytestmark = pytest.mark.django_db
ADA = Circumstances(email="ada@example.org", name="Ada Byron")


def bought(code: str, *, heads: int = 3, loges: int = 2, **fields: Any) -> Order:
    """Tickets at 7 per cent for €38.00, and a loge at 19 for €119.90; each in any number."""
    event, parkett = make_show(title="Zwölf Celli")
    make_entity(event.organizer)
    loge = make_variant(event, "Loge mit Sekt", price_minor=11990, tax_rate=19)
    make_quota(event, 20, loge, name="Rest")
    make_discount(event.organizer)
    make_discount(event.organizer, "FIVER", kind=CodeKind.FIXED, amount_minor=500, currency="EUR")
    wanted = Selection(event, {parkett.pk: heads, loge.pk: loges}, code=code)
    order = place(wanted, browser_buyer(uuid.uuid4(), address="203.0.113.7"), ADA, at=now())
    pay(order, at=now())
    Order.objects.filter(pk=order.pk).update(**fields)
    order.refresh_from_db()
    return order


def data_of(invoice: Invoice) -> Any:
    return fromstring(drawn(invoice, f"discount-{invoice.kind}").xml.encode())


def numbers(data: Any, path: str) -> list[Decimal]:
    return [Decimal(found.text) for found in data.xpath(f"//ram:{path}", namespaces=RAM)]


def test_the_paper_shows_the_price_and_what_came_off_it() -> None:
    [invoice] = invoices_of(bought("WELCOME10"))
    text = words(drawn(invoice, "discount-receipt"))
    for said in (
        "€38.00 each 7 % €114.00 Discount with WELCOME10 −€11.40",
        "€119.90 each 19 % €239.80 Discount with WELCOME10 −€23.98",
        "Total €318.42",
    ):
        assert said in text, said
    assert invoice.gross_minor == 11400 - 1140 + 23980 - 2398


@pytest.mark.parametrize("code", ["WELCOME10", "FIVER"])
def test_in_the_data_it_is_an_allowance_of_the_line_and_all_sums_hold_to_the_cent(
    code: str,
) -> None:
    order = bought(code, language="de", billing=ACME)
    [invoice] = invoices_of(order)
    data = data_of(invoice)
    prices = numbers(data, "NetPriceProductTradePrice/ram:ChargeAmount")
    heads = numbers(data, "BilledQuantity")
    off = numbers(data, "SpecifiedLineTradeSettlement//ram:ActualAmount")
    nets = numbers(data, "SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount")
    assert len(off) == 2
    for price, quantity, less, net in zip(prices, heads, off, nets, strict=True):
        assert abs(price * quantity - less - net) < Decimal("0.00001")
    total = "SpecifiedTradeSettlementHeaderMonetarySummation"
    assert numbers(data, f"{total}/ram:LineTotalAmount") == [sum(nets)]
    assert numbers(data, f"{total}/ram:AllowanceTotalAmount") == [Decimal("0.00")]
    by_rate = numbers(
        data, "ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax/ram:BasisAmount"
    )
    assert by_rate == [Decimal(s.net.plain()) for s in sums_by_rate(invoice)] == nets
    assert numbers(data, f"{total}/ram:GrandTotalAmount") == [Decimal(order.total.plain())]
    assert data.xpath("string(//ram:ReasonCode)", namespaces=RAM) == "95"
    assert data.xpath("string(//ram:ChargeIndicator)", namespaces=RAM).strip() == "false"


def test_a_ticket_given_back_takes_its_discount_along_and_an_amount_has_none() -> None:
    order = bought("WELCOME10", loges=0)
    take_back(order, 1)
    take_off(order, 500)
    invoices_of(order)
    bill_to(order, Billing.of(ACME), actor="browser:1", at=now())
    told = [(line.quantity, line.discount_minor, line.gross_minor) for line in lines_of(order)]
    # Sold, one given back, five euros off, and of what is left its cancellation and the new one:
    # two tickets for less than their price, which is no price with something off.
    assert told == [(3, 1140, 10260), (1, 380, 3420), (1, 0, 500), (2, 0, 6340), (2, 0, 6340)]


def test_all_of_it_written_to_another_recipient_keeps_its_discount() -> None:
    order = bought("WELCOME10", loges=0)
    invoices_of(order)
    bill_to(order, Billing.of(ACME), actor="browser:1", at=now())
    told = [(line.quantity, line.discount_minor, line.gross_minor) for line in lines_of(order)]
    assert told == [(3, 1140, 10260)] * 3


def lines_of(order: Order) -> list[Any]:
    invoices = sorted(invoices_of(order), key=lambda invoice: invoice.pk)
    return [line for invoice in invoices for line in invoice.lines.all()]


def with_voucher(minor: int) -> Order:
    """Two tickets, €76.00."""
    event, parkett = make_show()
    make_entity(event.organizer)
    voucher = make_voucher(Organizer.objects.get(pk=event.organizer_id), minor)
    wanted = Selection(event, {parkett.pk: 2}, voucher=code_of(voucher))
    order = place(wanted, browser_buyer(uuid.uuid4(), address="203.0.113.7"), ADA, at=now())
    save_details(order, Details(email="ada@example.org", name="Ada Byron"), at=now())
    if order.due:
        pay(order, at=now())
    else:
        finish_free(order, at=now())
    order.refresh_from_db()
    return order


def test_a_gift_voucher_that_paid_all_is_how_it_was_paid_and_no_discount() -> None:
    order = with_voucher(10_000)
    Order.objects.filter(pk=order.pk).update(billing=ACME)
    refund(order, Whole(), Giving("user:1", "rain"), at=now())
    order.refresh_from_db()
    invoice, credit = sorted(invoices_of(order), key=lambda found: found.pk)
    text = words(drawn(invoice, "by-voucher"))
    assert "Total €76.00 Paid by gift voucher. There is nothing to pay." in text
    assert "Discount" not in text
    assert "The amount goes back onto a gift voucher." in words(drawn(credit, "onto-voucher"))
    data = data_of(invoice)
    means = "string(//ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode)"
    assert data.xpath(means, namespaces=RAM) == "97"
    assert numbers(data, "TotalPrepaidAmount") == [Decimal("76.00")]
    assert (invoice.tax_minor, credit.tax_minor) == (497, 497)


def test_one_that_paid_a_part_says_how_much_and_what_goes_back_onto_it() -> None:
    order = with_voucher(2000)
    refund(order, Whole(), Giving("user:1", "rain"), at=now())
    invoice, credit = sorted(invoices_of(order), key=lambda found: found.pk)
    paid, back = words(drawn(invoice)), words(drawn(credit))
    assert "Paid by PayPal. There is nothing to pay." in paid
    assert "Of it €20.00 by gift voucher and €56.00 otherwise." in paid
    assert "the way it was paid: €20.00 of it onto a gift voucher." in back
