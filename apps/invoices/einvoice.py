"""
Factur-X / ZUGFeRD 2: the document as data (EN 16931, UN/CEFACT CII), made by drafthorse, checked
against the schema it brings, and put into the PDF.
"""

from __future__ import annotations

from decimal import Decimal

from django.utils import translation
from drafthorse.models.accounting import ApplicableTradeTax, TradeAllowanceCharge
from drafthorse.models.document import Document
from drafthorse.models.note import IncludedNote
from drafthorse.models.party import TaxRegistration, TradeParty
from drafthorse.models.payment import PaymentMeans, PaymentTerms
from drafthorse.models.tradelines import LineItem
from drafthorse.pdf import attach_xml

from apps.core.money import Money
from apps.invoices.content import sums_by_rate
from apps.invoices.drawing import words
from apps.invoices.kinds import BY_VOUCHER, Category, Kind
from apps.invoices.models import Invoice, InvoiceLine
from apps.invoices.parties import Party

PROFILE = "urn:cen.eu:en16931:2017"
SCHEMA = "FACTUR-X_EN16931"
LEVEL = "EN 16931"
# UNTDID 1001, 4461, 5189 and UN/ECE recommendation 20.
_INVOICE, _CREDIT_NOTE = "380", "381"
_CASH, _CARD, _ONLINE, _NETTING = "10", "48", "68", "97"
_DISCOUNT = "95"
_PIECE = "C62"
# A gift voucher was paid for before: what it pays is settled against that.
_MEANS = {"cash": _CASH, "card": _CARD, "kept": _NETTING, BY_VOUCHER: _NETTING}
_UNIT_PRICE = Decimal("0.000001")
# VATEX codes of EN 16931 for the note of a category.
_REVERSE_CHARGE = "VATEX-EU-AE"


def xml_of(invoice: Invoice) -> bytes:
    """
    :raises lxml.etree.XMLSyntaxError: it does not fit the schema; a bug.
    """
    with translation.override(invoice.language):
        document = Document()
        document.context.guideline_parameter.id = PROFILE
        document.header.id = invoice.number
        document.header.type_code = _CREDIT_NOTE if invoice.is_credit else _INVOICE
        document.header.issue_date_time = invoice.issued_on
        for text in (*invoice.notes, *words.paid(invoice)):
            note = IncludedNote()
            note.content = text
            document.header.notes.add(note)
        _parties(document, invoice)
        for line in invoice.lines.order_by("position"):
            document.trade.items.add(_item(line))
        _settlement(document, invoice)
        return bytes(document.serialize(schema=SCHEMA))


def embed(pdf: bytes, xml: bytes, invoice: Invoice) -> bytes:
    with translation.override(invoice.language):
        title = f"{words.title(invoice)} {invoice.number}"
    metadata = {"author": invoice.issuer["name"], "title": title, "subject": title}
    return bytes(attach_xml(pdf, xml, level=LEVEL, metadata=metadata, lang=invoice.language))


def _parties(document: Document, invoice: Invoice) -> None:
    agreement = document.trade.agreement
    _fill(agreement.seller, Party.of(invoice.issuer))
    buyer = Party.of(invoice.recipient)
    _fill(agreement.buyer, buyer)
    if buyer.contact:
        agreement.buyer.contact.person_name = buyer.contact
    if invoice.order:
        agreement.buyer_order.issuer_assigned_id = invoice.order.reference
    document.trade.delivery.event.occurrence = invoice.supplied_until


def _fill(party: TradeParty, known: Party) -> None:
    party.name = known.name
    party.address.postcode = known.postcode
    party.address.line_one = known.street
    party.address.city_name = known.city
    party.address.country_id = known.country
    if known.email:
        party.electronic_address.uri_ID = ("EM", known.email)
    for scheme, number in (("VA", known.vat_id), ("FC", known.tax_number)):
        if number:
            registration = TaxRegistration()
            registration.id = (scheme, number)
            party.tax_registrations.add(registration)


def _item(line: InvoiceLine) -> LineItem:
    item = LineItem()
    item.document.line_id = str(line.position)
    item.product.name = line.text
    if line.detail:
        item.product.description = line.detail
    before = line.net + line.net_discount
    price = (_number(before) / line.quantity).quantize(_UNIT_PRICE)
    item.agreement.net.amount = price
    item.agreement.net.basis_quantity = (Decimal(1), _PIECE)
    item.delivery.billed_quantity = (Decimal(line.quantity), _PIECE)
    item.settlement.trade_tax.type_code = "VAT"
    item.settlement.trade_tax.category_code = line.category
    item.settlement.trade_tax.rate_applicable_percent = line.tax_rate
    if line.net_discount:
        item.settlement.allowance_charge.add(_allowance(line))
    item.settlement.monetary_summation.total_amount = _number(line.net)
    return item


def _allowance(line: InvoiceLine) -> TradeAllowanceCharge:
    """Of the line (BG-27), so that its net amount is what is taxed; the document has none of its own."""
    allowance = TradeAllowanceCharge()
    allowance.indicator = False
    allowance.actual_amount = _number(line.net_discount)
    allowance.reason_code = _DISCOUNT
    allowance.reason = words.discount(line.invoice)
    return allowance


def _settlement(document: Document, invoice: Invoice) -> None:
    settlement = document.trade.settlement
    settlement.currency_code = invoice.currency
    means = PaymentMeans()
    means.type_code = _MEANS.get(invoice.payment, _ONLINE)
    settlement.payment_means.add(means)
    for one in sums_by_rate(invoice):
        tax = ApplicableTradeTax()
        tax.calculated_amount = _number(one.tax)
        tax.type_code = "VAT"
        tax.basis_amount = _number(one.net)
        tax.category_code = one.category
        tax.rate_applicable_percent = one.rate
        if one.category != Category.STANDARD:
            tax.exemption_reason = " ".join(invoice.notes)
        if one.category == Category.REVERSE_CHARGE:
            tax.exemption_reason_code = _REVERSE_CHARGE
        settlement.trade_tax.add(tax)
    if invoice.order_id is None:
        settlement.period.start = invoice.supplied_from
        settlement.period.end = invoice.supplied_until
    terms = PaymentTerms()
    terms.description = words.paid(invoice)[0]
    settlement.terms.add(terms)
    if invoice.refers_to:
        settlement.invoice_referenced_document.issuer_assigned_id = invoice.refers_to.number
        settlement.invoice_referenced_document.issue_date_time = invoice.refers_to.issued_on
    _sums(document, invoice)


def _sums(document: Document, invoice: Invoice) -> None:
    sums = document.trade.settlement.monetary_summation
    net, tax, gross = (_number(money) for money in (invoice.net, invoice.tax, invoice.gross))
    sums.line_total = net
    sums.charge_total = sums.allowance_total = Decimal("0.00")
    sums.tax_basis_total = net
    sums.tax_total = (tax, invoice.currency)
    sums.grand_total = gross
    # Paid before it was written, or kept from what is owed: nothing is due.
    settled = invoice.kind in (Kind.INVOICE, Kind.FEE_INVOICE)
    sums.prepaid_total = gross if settled else Decimal("0.00")
    sums.due_amount = Decimal("0.00") if settled else gross


def _number(money: Money) -> Decimal:
    return Decimal(money.plain())
