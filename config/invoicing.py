"""Invoices: a chapter of the settings."""

from __future__ import annotations

from config import env, formats

# The EU's register of VAT ids; empty, as in a demo: nobody is asked.
VIES_API_BASE = env.text(
    "VIES_API_BASE",
    "" if env.DEMO else "https://ec.europa.eu",
    what="a URL that begins with https://",
    form=formats.url("https", "http") if env.DEMO else formats.url("https"),
)

# Whether an invoice must name its recipient's VAT id: asked by the checkout, which stands on a lower rung.
INVOICE_LAW = "apps.invoices.law.asks_for_vat_id"
