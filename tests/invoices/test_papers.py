"""What stands in the file: words for people, data for machines, and both the same."""

from __future__ import annotations

import io
import os
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now
from lxml.etree import fromstring
from pypdf import PdfReader

from apps.invoices.content import sums_by_rate
from apps.invoices.models import Invoice, Paper
from apps.invoices.papers import paper_of
from apps.invoices.services.bill_fees import bill_fees
from apps.invoices.services.number import number_waiting
from apps.orders.buyers import browser_buyer
from apps.orders.models import Order
from apps.orders.services.place import Circumstances, Selection, place
from apps.orders.services.refund import refund_order
from tests.factories.invoicing import (
    invoices_of,
    make_entity,
    make_platform,
    make_show,
    sell,
    take_off,
)
from tests.factories.selling import make_organizer, make_quota, make_variant
from tests.factories.world import buy, pay

pytestmark = pytest.mark.django_db
RAM = {"ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"}
ACME = {
    "company": "Wiener Konzerthausgesellschaft für Neue Musik und Klangkunst mbH & Co. KG",
    "street": "Lothringerstraße 20", "postcode": "1030", "city": "Wien", "country": "AT",
    "vat_id": "ATU13585627",
}  # fmt: skip
# Where to look at what was drawn: INVOICES_SHOWN=/tmp/… keeps a copy of each.
SHOWN = os.environ.get("INVOICES_SHOWN", "")


def drawn(invoice: Invoice, name: str = "") -> Paper:
    paper = paper_of(invoice, at=now())
    if SHOWN:
        (Path(SHOWN) / f"{name or invoice.number}.pdf").write_bytes(paper.pdf)
    return paper


def words(paper: Paper) -> str:
    reader = PdfReader(io.BytesIO(paper.pdf))
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def of_three_rates(**fields: Any) -> Order:
    """Tickets, a programme and a drink: 7, 19 and 0 per cent."""
    event, cheap = make_show(title="Zwölf Celli im Trockendock: ein Abend für Kaija Saariaho")
    make_entity(event.organizer, exemption="Steuerfrei nach § 4 Nr. 20 a UStG.")
    other = [
        make_variant(event, "Loge mit Sekt und Programmheft, erste Reihe Mitte", price_minor=11990,
                     tax_rate=19),
        make_variant(event, "Generalprobe", price_minor=1250, tax_rate=0),
    ]  # fmt: skip
    make_quota(event, 20, *other, name="Rest")
    heads = {cheap.pk: 3, other[0].pk: 2, other[1].pk: 1}
    buyer = browser_buyer(uuid.uuid4(), address="203.0.113.7")
    who = Circumstances(email="ada@example.org", name="Ada Byron")
    order = place(Selection(event, heads), buyer, who, at=now())
    pay(order, at=now())
    Order.objects.filter(pk=order.pk).update(**fields)
    order.refresh_from_db()
    return order


def test_a_receipt_says_what_the_law_asks_for() -> None:
    event, variant = make_show()
    make_entity(event.organizer, register="HRB 12345, Hamburg")
    [invoice] = invoices_of(sell(variant, 2))
    paper = drawn(invoice, "receipt-en")
    text = words(paper)
    day = event.starts_at.astimezone(event.zone).date()
    for said in (
        "Lichtbogen Konzerte GmbH", "Norderwerft 1", "20457 Hamburg", "VAT id DE136695976",
        f"Invoice number {invoice.number}", f"Date of supply {day:%B} {day.day}, {day.year}",
        "2 Parkett Zwölf Celli im Trockendock, Trockendock €38.00 each 7 % €76.00",
        "Net at 7 % €71.03", "VAT 7 % €4.97", "Total €76.00",
        "Paid by PayPal. There is nothing to pay.", "Page 1 of 1",
    ):  # fmt: skip
        assert said in text, said
    assert paper.xml == ""
    assert PdfReader(io.BytesIO(paper.pdf)).attachments == {}


def test_three_rates_add_up_on_paper_and_in_the_data_which_fits_its_schema() -> None:
    order = of_three_rates(language="de", billing=ACME)
    [invoice] = invoices_of(order)
    assert [(s.rate, s.net.minor, s.tax.minor) for s in sums_by_rate(invoice)] == [
        (Decimal(0), 1250, 0), (Decimal(7), 10654, 746), (Decimal(19), 20151, 3829),
    ]  # fmt: skip
    paper = drawn(invoice, "company-de")
    text = words(paper)
    for said in ("Rechnungsnummer", "Netto zu 19 %", "MwSt. 19 % 38,29", "Gesamt 366,30",
                 "Steuerfrei nach § 4 Nr. 20 a UStG.", "Österreich", "ATU13585627"):  # fmt: skip
        assert said in text, said

    data = fromstring(paper.xml.encode())

    def at(path: str) -> str:
        return str(data.xpath(f"string(//ram:{path})", namespaces=RAM))

    assert at("GrandTotalAmount") == "366.30"
    assert (at("TaxBasisTotalAmount"), at("TaxTotalAmount")) == ("320.55", "45.75")
    assert (at("TotalPrepaidAmount"), at("DuePayableAmount")) == ("366.30", "0.00")
    assert at("BuyerTradeParty/ram:Name") == ACME["company"]
    lines = data.xpath("//ram:SpecifiedTradeSettlementLineMonetarySummation/*", namespaces=RAM)
    assert sum(Decimal(line.text) for line in lines) == Decimal("320.55")


def test_the_data_is_inside_the_file_as_its_alternative() -> None:
    [invoice] = invoices_of(of_three_rates(billing=ACME))
    paper = drawn(invoice, "company-en")
    reader = PdfReader(io.BytesIO(paper.pdf))
    root: Any = reader.trailer["/Root"]
    assert list(reader.attachments) == ["factur-x.xml"]
    assert reader.attachments["factur-x.xml"] == [paper.xml.encode()]
    [spec] = root["/AF"]
    assert spec.get_object()["/AFRelationship"] == "/Alternative"
    xmp = root["/Metadata"].get_data().decode()
    for said in (
        "<pdfaid:part>3</pdfaid:part>", "<pdfaid:conformance>B</pdfaid:conformance>",
        "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>",
        "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>",
    ):  # fmt: skip
        assert said in xmp
    assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"


def test_what_was_handed_out_stays_what_it_was() -> None:
    event, variant = make_show()
    make_entity(event.organizer)
    [invoice] = invoices_of(sell(variant))
    first = paper_of(invoice, at=now())
    again = paper_of(invoice, at=now())
    assert (again.pk, bytes(again.pdf), again.sha256) == (first.pk, bytes(first.pdf), first.sha256)


def test_a_correction_names_what_it_corrects() -> None:
    order = of_three_rates(language="de")
    take_off(order, 5000)
    invoice, credit = invoices_of(order)
    drawn(invoice, "receipt-over-de")
    text = words(drawn(credit, "credit-part-de"))
    for said in ("Rechnungskorrektur", invoice.number, "Teil des Preises: Parkett", "50,00"):
        assert said in text, said


def test_the_whole_credit_of_a_company_is_data_of_type_381() -> None:
    order = of_three_rates(billing=ACME)
    refund_order(order, actor="user:1", reason="ill", at=now())
    _invoice, credit = invoices_of(order)
    data = fromstring(drawn(credit, "credit-en").xml.encode())
    told = data.xpath("string(//*[local-name()='ExchangedDocument']/ram:TypeCode)", namespaces=RAM)
    refers = data.xpath(
        "string(//ram:InvoiceReferencedDocument/ram:IssuerAssignedID)", namespaces=RAM
    )
    assert (told, refers) == ("381", _invoice.number)


def test_many_lines_go_on_on_the_next_page() -> None:
    organizer = make_organizer(language="de")
    make_entity(organizer)
    for number in range(24):
        _event, variant = make_show(organizer, title=f"Konzert Nr. {number + 1} der langen Reihe")
        buy(variant.event, variant, 1, at=now())
    platform = make_platform()
    later = now().replace(year=now().year + 1)
    month = now().date().replace(day=1)
    assert bill_fees(platform, month, at=later) == 1
    number_waiting(platform, at=later)
    [invoice] = Invoice.objects.filter(kind="fee_invoice")
    paper = drawn(invoice, "fees-de")
    assert len(PdfReader(io.BytesIO(paper.pdf)).pages) == 2
    assert invoice.gross_minor == 24 * 190
    assert "Seite 2 von 2" in words(paper)
