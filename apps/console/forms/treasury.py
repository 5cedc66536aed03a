from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.money import Money
from apps.ledger.chart import PROVIDERS
from apps.reconciliation.services.transfer import Moved
from apps.reconciliation.words import provider_name

TO_BANK, FROM_BANK = "to_bank", "from_bank"
AMOUNT_MAX = 10**10


class TransferForm(forms.Form):
    """Filled in, then shown again with hidden fields and `sure`: see `asked_again`."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Which way"),
        choices=[
            (TO_BANK, gettext_lazy("From the provider to the bank")),
            (FROM_BANK, gettext_lazy("From the bank to the provider")),
        ],
    )
    provider = forms.ChoiceField(
        label=gettext_lazy("Provider"), choices=[(p, provider_name(p)) for p in PROVIDERS]
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), min_value=0, max_value=AMOUNT_MAX, localize=True
    )
    currency = forms.RegexField(
        label=gettext_lazy("Currency"), regex=r"^[A-Za-z]{3}$", initial="EUR"
    )
    on = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)
    sure = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, str] | None = None, *, today: date) -> None:
        super().__init__(data, initial={"key": uuid4(), "on": today}, label_suffix="")
        self.today = today

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("That day is still to come."))
        return on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "amount" in cleaned and "currency" in cleaned:
            try:
                amount = Money.of(cleaned["amount"], cleaned["currency"])
            except ValueError:
                self.add_error("amount", _("This currency has fewer decimals."))
            else:
                if not amount:
                    self.add_error("amount", _("Type an amount like 12.50."))
        return cleaned

    def is_sure(self) -> bool:
        return bool(self.cleaned_data["sure"])

    def asked_again(self) -> TransferForm:
        """The same, with nothing left to type: only the button."""
        values = {name: str(self.cleaned_data[name]) for name in self.fields} | {"sure": "on"}
        again = TransferForm(values, today=self.today)
        for field in again.fields.values():
            field.widget = forms.HiddenInput()
        return again

    def moved(self) -> Moved:
        told = self.cleaned_data
        amount = Money.of(told["amount"], told["currency"])
        return Moved(
            provider=told["provider"],
            amount=amount if told["direction"] == TO_BANK else -amount,
            on=told["on"],
            key=told["key"],
            note=told["note"],
        )

    def sentence(self) -> str:
        moved = self.moved()
        words = (
            _("%(amount)s leave %(provider)s for the bank, on %(day)s.")
            if moved.amount.minor > 0
            else _("%(amount)s come from the bank to %(provider)s, on %(day)s.")
        )
        amount = moved.amount if moved.amount.minor > 0 else -moved.amount
        day = date_format(moved.on)
        return words % {"amount": amount, "provider": provider_name(moved.provider), "day": day}
