"""The file of a document: drawn when it is first wanted, and kept as it was handed out."""

from __future__ import annotations

import hashlib
from datetime import datetime

from apps.invoices.models import Invoice, Paper


def paper_of(invoice: Invoice, *, at: datetime) -> Paper:
    """Two who want it first draw it twice; both get the one that was kept."""
    kept = Paper.objects.filter(invoice=invoice).first()
    if kept is not None:
        return kept
    from apps.invoices.drawing.document import draw  # late, as in tickets/pdf.py

    pdf, xml = draw(invoice), b""
    if invoice.is_electronic:
        from apps.invoices import einvoice

        xml = einvoice.xml_of(invoice)
        pdf = einvoice.embed(pdf, xml, invoice)
    paper = Paper(
        invoice=invoice,
        pdf=pdf,
        xml=xml.decode(),
        sha256=hashlib.sha256(pdf).hexdigest(),
        drawn_at=at,
    )
    Paper.objects.bulk_create([paper], ignore_conflicts=True)
    return Paper.objects.get(invoice=invoice)


def file_name(invoice: Invoice) -> str:
    return f"{invoice.number}.pdf"
