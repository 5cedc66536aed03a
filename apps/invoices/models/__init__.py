from apps.invoices.models.invoice import Draft, Invoice, InvoiceLine, Paper, Series
from apps.invoices.models.legal import LegalEntity, VatCheck

__all__ = ["Draft", "Invoice", "InvoiceLine", "LegalEntity", "Paper", "Series", "VatCheck"]
