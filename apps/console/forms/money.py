from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer
from apps.console.forms.team import OfOrganizer
from apps.console.words import provider_words
from apps.core import countries
from apps.core.money import Money
from apps.payouts.services.connect import paypal_destination
from apps.payouts.services.net import nettable_of


class PayPalForm(OfOrganizer):
    account = forms.CharField(
        label=_("PayPal merchant id or e-mail"),
        max_length=120,
        help_text=_("The merchant id is safer: a typing error cannot pay a stranger."),
    )

    def clean_account(self) -> str:
        return paypal_destination(self.cleaned_data["account"])


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


# Countries we know, where Stripe opens no accounts that we could pay.
_WITHOUT_STRIPE = {"IS", "LI"}


def _countries() -> list[tuple[str, str]]:
    return [choice for choice in countries.choices() if choice[0] not in _WITHOUT_STRIPE]


class StripeForm(OfOrganizer):
    country = forms.ChoiceField(label=_("Country"), choices=_countries, initial="DE")


class NettingForm(forms.Form):
    """One of the debts there are, as far as they can be settled now."""

    debt = forms.ChoiceField(label=_("Debt"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, organizer: Organizer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.debts = [
            (f"{owing}:{paying}:{amount.currency}", _words(owing, paying, amount))
            for owing, paying, amount in nettable_of(organizer)
        ]
        field = self.fields["debt"]
        if isinstance(field, forms.ChoiceField):
            field.choices = self.debts


def _words(owing: str, paying: str, amount: Money) -> str:
    names = {"owing": provider_words(owing), "paying": provider_words(paying), "amount": amount}
    return gettext("%(amount)s owed at %(owing)s, from %(paying)s") % names


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
