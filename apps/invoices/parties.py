"""Who issues and who receives, frozen into the document as they were."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from apps.core import countries
from apps.invoices.models.legal import LegalEntity
from apps.orders.billing import Billing
from apps.orders.models import Order


@dataclass(frozen=True, slots=True)
class Party:
    """company: who receives it is known as one, so it gets the data for its bookkeeping too."""

    name: str = ""
    contact: str = ""  # a person of the company
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    vat_id: str = ""
    tax_number: str = ""
    register: str = ""
    email: str = ""
    company: bool = False

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        return cls(**stored)

    def stored(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def has_address(self) -> bool:
        return bool(self.street and self.city)

    def address(self, *, seen_from: str = "") -> list[str]:
        """Lines of an envelope; the country only when it is another one."""
        town = f"{self.postcode} {self.city}".strip()
        abroad = self.country if self.country != seen_from else ""
        land = countries.name_of(abroad) if abroad else ""
        return [line for line in (self.name, self.contact, self.street, town, land) if line]


def of_entity(entity: LegalEntity) -> Party:
    return Party(
        name=entity.name,
        street=entity.street,
        postcode=entity.postcode,
        city=entity.city,
        country=entity.country,
        vat_id=entity.vat_id,
        tax_number=entity.tax_number,
        register=entity.register,
        email=entity.organizer.email if entity.organizer else "",
        company=True,
    )


def of_buyer(order: Order) -> Party:
    billing = Billing.of(order.billing)
    return Party(
        name=billing.company or order.name,
        contact=order.name if billing.company and billing.company != order.name else "",
        street=billing.street,
        postcode=billing.postcode,
        city=billing.city,
        country=billing.country if billing.has_address else "",
        vat_id=billing.vat_id,
        email=order.email,
        company=bool(billing.company),
    )
