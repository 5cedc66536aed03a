from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")
    FEE_INVOICE = "fee_invoice", _("Fee invoice")
    FEE_CREDIT = "fee_credit", _("Fee credit")


class Form(models.TextChoices):
    FULL = "full", _("Invoice with address")
    SMALL = "small", _("Invoice of a small amount")
    RECEIPT = "receipt", _("Receipt")


class Category(models.TextChoices):
    """VAT categories by their codes in EN 16931 (UNTDID 5305)."""

    STANDARD = "S", _("taxed")
    EXEMPT = "E", _("exempt")
    REVERSE_CHARGE = "AE", _("reverse charge")


# In this order, because a credit note names the number of its invoice.
OF_ORGANIZER = (Kind.INVOICE, Kind.CREDIT_NOTE)
OF_PLATFORM = (Kind.FEE_INVOICE, Kind.FEE_CREDIT)
CREDITS = (Kind.CREDIT_NOTE, Kind.FEE_CREDIT)

# How a document was paid when it was no provider: a gift voucher paid all of it.
BY_VOUCHER = "voucher"

PREFIXES = {
    Kind.INVOICE: "INV",
    Kind.CREDIT_NOTE: "CN",
    Kind.FEE_INVOICE: "FEE",
    Kind.FEE_CREDIT: "FCN",
}
