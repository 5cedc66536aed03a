"""VAT ids of the EU: how they are written, and their checksums. Whether one is in use only VIES knows."""

from __future__ import annotations

from stdnum.eu import vat
from stdnum.exceptions import ValidationError

_GREECE = "EL"  # what VAT ids call GR


class NotAVatId(ValueError):
    """Not of a form of any country of the EU, or a digit is wrong."""


def read(typed: str) -> str:
    """
    As it is stored: "ATU12345675".

    :raises NotAVatId: a typing error, or of a country outside the EU.
    """
    try:
        return str(vat.validate(typed))
    except ValidationError as wrong:
        raise NotAVatId(typed) from wrong


def country_of(vat_id: str) -> str:
    """ISO 3166, also for Greece."""
    return "GR" if vat_id.startswith(_GREECE) else vat_id[:2]
