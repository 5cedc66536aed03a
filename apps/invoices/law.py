"""What the VAT law of a country asks of an invoice. No advice; sources stand beside each rule."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.core import countries
from apps.core.money import Money
from apps.invoices.kinds import Form
from apps.invoices.models.legal import LegalEntity
from apps.invoices.parties import Party

# Up to this gross an invoice needs no recipient. Germany: § 33 UStDV. Austria: § 11 Abs. 6 UStG.
# Elsewhere in the EU at least 100 EUR: Art. 238 of Directive 2006/112/EC.
_SMALL_MINOR = {"DE": 250_00, "AT": 400_00}
_SMALL_ANYWHERE_MINOR = 100_00
# Above this gross an invoice to a business names the recipient's VAT id, wherever the tax lies. Austria:
# § 11 Abs. 1 Z 3 lit. b UStG. Germany asks for it only where the recipient owes the tax.
_NAMES_VAT_ID_ABOVE_MINOR = {"AT": 10_000_00}


def form_of(gross: Money, issuer: LegalEntity, recipient: Party) -> Form:
    if recipient.has_address:
        return Form.FULL
    limit = _SMALL_MINOR.get(issuer.country, _SMALL_ANYWHERE_MINOR)
    small = gross.currency == "EUR" and gross.minor <= limit
    return Form.SMALL if small else Form.RECEIPT


def asks_for_vat_id(organizer_id: int, gross: Money, country: str) -> bool:
    """Of a business in that country; outside the EU it has none."""
    least = min(_NAMES_VAT_ID_ABOVE_MINOR.values())
    if gross.currency != "EUR" or gross.minor <= least or not countries.in_eu(country):
        return False
    issuer = LegalEntity.objects.filter(organizer=organizer_id).first()
    limit = _NAMES_VAT_ID_ABOVE_MINOR.get(issuer.country) if issuer else None
    return limit is not None and gross.minor > limit


def small_business_note(country: str) -> str:
    if country == "DE":
        return _("No VAT is charged: small business under § 19 UStG.")
    if country == "AT":
        return _("No VAT is charged: small business under § 6 Abs. 1 Z 27 UStG.")
    return _("No VAT is charged: small business, Art. 284 of Directive 2006/112/EC.")


def exemption_note(issuer: LegalEntity) -> str:
    return issuer.exemption or _("Exempt from VAT.")


def reverse_charge_note() -> str:
    return _("Reverse charge: the recipient owes the VAT (Art. 196 of Directive 2006/112/EC).")


def is_reverse_charged(platform: LegalEntity, organizer: LegalEntity, *, known: bool) -> bool:
    """
    Of the platform's fee, a service to a business. known: its VAT id is not refused by VIES.

    Admission itself is always taxed where the event is (Art. 53 and 54), so what buyers get never is.
    """
    abroad = platform.country != organizer.country
    both_in_eu = countries.in_eu(platform.country) and countries.in_eu(organizer.country)
    return abroad and both_in_eu and bool(organizer.vat_id) and known


def missing(entity: LegalEntity) -> list[str]:
    """What an invoice of this issuer still lacks, in words. § 14 Abs. 4 UStG, § 11 Abs. 1 Z 3 UStG (AT)."""
    words = {
        "name": _("the name in law"),
        "street": _("the street"),
        "postcode": _("the postcode"),
        "city": _("the city"),
    }
    lacking = [word for name, word in words.items() if not getattr(entity, name).strip()]
    if not (entity.vat_id or entity.tax_number):
        lacking.append(_("the VAT id or tax number"))
    return lacking
