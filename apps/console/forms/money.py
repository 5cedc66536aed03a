from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.console.forms.team import OfOrganizer
from apps.payouts.services.connect import paypal_destination

COUNTRIES = [
    (code, code)
    for code in (
        "DE AT CH BE BG CY CZ DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL NO PL PT RO SE SI SK US"
    ).split()
]


class PayPalForm(OfOrganizer):
    account = forms.CharField(
        label=_("PayPal merchant id or e-mail"),
        max_length=120,
        help_text=_("The merchant id is safer: a typing error cannot pay a stranger."),
    )

    def clean_account(self) -> str:
        return paypal_destination(self.cleaned_data["account"])


class StripeForm(OfOrganizer):
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)


class ProviderIdsForm(forms.Form):
    """What an operator found at the provider about a payout."""

    transfer = forms.CharField(label=_("Stripe: transfer"), max_length=60, required=False)
    batch = forms.CharField(label=_("PayPal: batch"), max_length=60, required=False)
    item = forms.CharField(label=_("PayPal: item"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(cleaned.values()):
            raise forms.ValidationError(_("Type the transfer, or the batch and the item."))
        return cleaned

    def ids(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value}
