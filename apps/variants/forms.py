"""Forms about variants. Prices are typed in major units ("38.00"), stored in minor ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.selectors import payable_methods
from apps.core.money import Money
from apps.events.forms import WallClockEnd, WallClockField, WallClockForm
from apps.events.models import Event
from apps.variants.models import Variant
from apps.variants.states import VariantState

PRICE_DIGITS = 12


class VariantForm(WallClockForm):
    price = forms.DecimalField(
        label=_("Price"),
        min_value=Decimal(0),
        max_digits=PRICE_DIGITS,
        help_text=_("With tax. The fee is in it, unless the buyers bear it. 0 is free."),
    )
    sales_from = WallClockField(label=_("On sale from"), required=False)
    sales_until = WallClockEnd(
        label=_("On sale until"), required=False, help_text=_("Empty: until the event ends.")
    )

    class Meta:
        model = Variant
        fields = (
            "name",
            "description",
            "tax_rate",
            "sales_from",
            "sales_until",
            "min_per_order",
            "max_per_order",
            "members_only",
            "with_code_only",
            "access_level",
            "position",
            "refund_hours",
            "refund_percent",
            "refund_keeps_fee",
        )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        self.event = event
        super().__init__(*args, **kwargs)
        self.fields["refund_percent"].required = False
        if self.instance.pk:
            price = Money(self.instance.price_minor, event.currency)
            self.initial["price"] = Decimal(price.plain())

    def zone(self) -> ZoneInfo:
        return self.event.zone

    def clean_price(self) -> Decimal:
        price: Decimal = self.cleaned_data["price"]
        try:
            minor = Money.of(price, self.event.currency).minor
        except ValueError as too_fine:
            raise ValidationError(
                _("%(currency)s has fewer decimals."), params={"currency": self.event.currency}
            ) from too_fine
        on_sale = self.instance.state in {VariantState.LIVE, VariantState.SOLD_OUT}
        if minor and on_sale and not payable_methods(self.event.organizer).exists():
            raise ValidationError(_("Add a payout method first: money needs somewhere to go."))
        self.instance.price_minor = minor
        return price

    def clean_refund_percent(self) -> int:
        return self.cleaned_data["refund_percent"] or 100

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        least, most = cleaned.get("min_per_order"), cleaned.get("max_per_order")
        if least and most and most < least:
            self.add_error("max_per_order", _("At most is less than at least."))
        opens, closes = cleaned.get("sales_from"), cleaned.get("sales_until")
        if opens and closes and closes <= opens:
            self.add_error("sales_until", _("Sales end after they start."))
        return cleaned
