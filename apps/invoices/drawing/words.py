"""How documents call things, in the active language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.money import Money
from apps.invoices.kinds import BY_VOUCHER, Form, Kind
from apps.invoices.models import Invoice
from apps.invoices.parties import Party


def locale() -> str:
    return get_language() or "en"


def day(moment: date) -> str:
    return format_date(moment, "long", locale=locale())


def days(first: date, last: date) -> str:
    return day(first) if first == last else f"{day(first)} – {day(last)}"


def percent(rate: Decimal) -> str:
    return f"{format_decimal(rate.normalize(), locale=locale())} %"


def amount(money: Money) -> str:
    """Our faces have only the wide no-break space."""
    return str(money).replace("\u202f", "\u00a0")


def title(invoice: Invoice) -> str:
    if invoice.kind == Kind.CREDIT_NOTE:
        return _("Cancellation") if invoice.draft.corrects_id else _("Invoice correction")
    if invoice.kind == Kind.FEE_CREDIT:
        return _("Credit for fees")
    if invoice.kind == Kind.FEE_INVOICE:
        return _("Invoice for fees")
    return _("Receipt") if invoice.form == Form.RECEIPT else _("Invoice")


def number_label(invoice: Invoice) -> str:
    if invoice.form == Form.RECEIPT and invoice.kind == Kind.INVOICE:
        return _("Receipt number")
    return _("Document number") if invoice.is_credit else _("Invoice number")


def facts(invoice: Invoice) -> list[tuple[str, str]]:
    shown = [
        (number_label(invoice), invoice.number),
        (_("Date"), day(invoice.issued_on)),
    ]
    when = days(invoice.supplied_from, invoice.supplied_until)
    shown.append((_("Period") if invoice.order_id is None else _("Date of supply"), when))
    if invoice.refers_to:
        corrected = {"number": invoice.refers_to.number, "day": day(invoice.refers_to.issued_on)}
        shown.append((_("Corrects"), _("%(number)s of %(day)s") % corrected))
    if invoice.order:
        shown.append((_("Order"), invoice.order.reference))
    if vat_id := invoice.recipient.get("vat_id"):
        shown.append((_("Your VAT id"), vat_id))
    return shown


def discount(invoice: Invoice) -> str:
    """A code's words never change, so they need not be kept again."""
    code = invoice.order.code if invoice.order else None
    return _("Discount with %(code)s") % {"code": code.text} if code else _("Discount")


_METHODS = {"stripe": "Stripe", "paypal": "PayPal"}


def paid(invoice: Invoice) -> list[str]:
    """How it was settled, in sentences."""
    if invoice.kind in (Kind.FEE_INVOICE, Kind.FEE_CREDIT):
        return [_("The fees were kept when your sales were settled. There is nothing to pay.")]
    if invoice.is_credit:
        if invoice.draft.corrects_id:
            return [_("It cancels the invoice named above. A new one takes its place.")]
        return [_goes_back(invoice)]
    return [*_paid_how(invoice), *_of_it_by_voucher(invoice)]


def _goes_back(invoice: Invoice) -> str:
    decided = invoice.draft.order_refund
    if decided is None or not decided.voucher_minor:
        return _("The amount goes back the way it was paid.")
    if not decided.to_provider:
        return _("The amount goes back onto a gift voucher.")
    words = _("The amount goes back the way it was paid: %(voucher)s of it onto a gift voucher.")
    return words % {"voucher": amount(decided.to_voucher)}


def _of_it_by_voucher(invoice: Invoice) -> list[str]:
    """A gift voucher is a way of paying, not a discount: the total stays what it is."""
    order = invoice.order
    if order is None or not order.voucher_minor or invoice.payment == BY_VOUCHER:
        return []
    if invoice.gross != order.total:
        return []
    words = _("Of it %(voucher)s by gift voucher and %(rest)s otherwise.")
    return [words % {"voucher": amount(order.by_voucher), "rest": amount(order.due)}]


def _paid_how(invoice: Invoice) -> list[str]:
    if invoice.payment == "cash":
        return [_("Paid in cash. There is nothing to pay.")]
    if invoice.payment == BY_VOUCHER:
        return [_("Paid by gift voucher. There is nothing to pay.")]
    if invoice.payment in _METHODS:
        words = {
            "way": _METHODS[invoice.payment],
            "platform": settings.PLATFORM_NAME,
            "issuer": invoice.issuer["name"],
        }
        return [
            _("Paid by %(way)s. There is nothing to pay.") % words,
            _("%(platform)s took the payment in the name and for the account of %(issuer)s.")
            % words,
        ]
    return [_("Paid. There is nothing to pay.")]


def contact(party: Party) -> list[list[str]]:
    """The foot of the page: who it is, and how the tax office knows them."""
    taxes = [
        *([_("VAT id %(id)s") % {"id": party.vat_id}] if party.vat_id else []),
        *([_("Tax number %(number)s") % {"number": party.tax_number}] if party.tax_number else []),
    ]
    reached = [line for line in (party.email, party.register) if line]
    return [column for column in (party.address(), reached, taxes) if column]
