"""To whom the invoice of an order goes when it is not just its buyer's name: typed at the checkout or later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Self, cast

from django import forms
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from apps.core import countries, vat_ids
from apps.core.long_select import LongSelect
from apps.core.money import Money

if TYPE_CHECKING:
    from apps.orders.models import Order

PREFIX = "bill_"
VAT_ID_ASKED = _("An invoice of this size needs the VAT id of the company.")


@dataclass(frozen=True, slots=True)
class Billing:
    """Empty: to the buyer's name alone, without an address."""

    company: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    vat_id: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, str]) -> Self:
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})

    def stored(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def has_address(self) -> bool:
        return bool(self.street and self.city)


NOBODY_ELSE = Billing()


def lacks_vat_id(order: Order, billing: Billing) -> bool:
    """Whether the law asks for the VAT id of this recipient, and there is none."""
    if not billing.company or billing.vat_id:
        return False
    asks: Callable[[int, Money, str], bool] = import_string(settings.INVOICE_LAW)
    return asks(order.organizer_id, order.total, billing.country)


class BillingFields(forms.Form):
    """All or nothing: an invoice without its address is worth less than none."""

    bill_company = forms.CharField(
        label=_("Company or other name on the invoice"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    bill_street = forms.CharField(
        label=_("Street and number"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    bill_postcode = forms.CharField(
        label=_("Postcode"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    bill_city = forms.CharField(
        label=_("City"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    bill_country = forms.ChoiceField(label=_("Country"), required=False, widget=LongSelect)
    bill_vat_id = forms.CharField(
        label=_("VAT id"),
        max_length=20,
        required=False,
        help_text=_("Only if the company has one, for example DE136695976."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = cast("forms.ChoiceField", self.fields["bill_country"])
        country.choices = countries.choices()
        country.initial = "DE"

    def clean_bill_vat_id(self) -> str:
        typed: str = self.cleaned_data["bill_vat_id"].strip()
        if not typed:
            return ""
        try:
            return vat_ids.read(typed)
        except vat_ids.NotAVatId as wrong:
            text = _("This is no VAT id of the EU: a letter or a digit is wrong.")
            raise forms.ValidationError(text) from wrong

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asked = ("bill_company", "bill_street", "bill_postcode", "bill_city", "bill_vat_id")
        if any(self.data.get(name, "").strip() for name in asked):
            for name in ("bill_street", "bill_postcode", "bill_city"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("An invoice needs the whole address."))
        return cleaned

    def ask_for_vat_id(self, order: Order) -> None:
        """Where the law does, which depends on what is bought from whom."""
        if not self.errors and lacks_vat_id(order, self.billing()):
            self.add_error("bill_vat_id", VAT_ID_ASKED)

    def billing(self) -> Billing:
        typed = {
            field.name: self.cleaned_data.get(PREFIX + field.name, "").strip()
            for field in fields(Billing)
        }
        billing = Billing.of(typed)
        return billing if billing.has_address else Billing()

    def billing_fields(self) -> list[forms.BoundField]:
        return [self[PREFIX + field.name] for field in fields(Billing)]

    def billing_shown(self) -> bool:
        """Something was typed there, or is wrong."""
        names = [PREFIX + field.name for field in fields(Billing) if field.name != "country"]
        return any(self[name].value() or self[name].errors for name in names)


def initial(billing: Mapping[str, str]) -> dict[str, str]:
    return {PREFIX + name: value for name, value in billing.items()}
