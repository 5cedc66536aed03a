"""What the platform agrees with organizers: typed in major units, kept in minor ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from apps.accounts.fees import Band
from apps.accounts.models import Organizer
from apps.accounts.services.fee_terms import NewTerms
from apps.core.money import Money
from apps.events.forms import WallClockField
from apps.events.models import CURRENCIES

BANDS_MAX = 5
AMOUNTS = ("above", "fixed", "least", "most")


class FeeTermsForm(forms.Form):
    """A row that says nothing is no band; without any the terms are everybody's, or the usual."""

    organizer = forms.ModelChoiceField(
        Organizer.objects.all(), label=_("For"), required=False, empty_label=_("everybody")
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        required=False,
        choices=[("", _("every currency")), *CURRENCIES],
        help_text=_("Amounts are agreed for one currency; a mere percentage may hold for all."),
    )
    starts_at = WallClockField(
        label=_("From (UTC)"),
        required=False,
        help_text=_("Empty: from now on. Sales from before stay as they were."),
    )
    as_usual = forms.BooleanField(
        label=_("No terms of their own from then on: the usual ones"), required=False
    )
    passes_provider_fee = forms.BooleanField(
        label=_("The organizer bears what the payment provider keeps"), required=False
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=200, help_text=_("The contract, or who agreed.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in range(BANDS_MAX):
            self._add_row(row)

    def rows(self) -> list[list[BoundField]]:
        names = ("above", "percent", "fixed", "least", "most")
        return [[self[f"{name}_{row}"] for name in names] for row in range(BANDS_MAX)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        cleaned["bands"] = self._bands(cleaned)
        if bool(cleaned["bands"]) is cleaned["as_usual"]:
            raise ValidationError(
                _("Type at least one percentage, or tick that the usual terms hold.")
            )
        return cleaned

    def terms(self, *, at: datetime) -> NewTerms:
        typed = self.cleaned_data
        starts_at = typed["starts_at"]
        return NewTerms(
            organizer=typed["organizer"],
            bands=typed["bands"],
            starts_at=starts_at.replace(tzinfo=UTC) if starts_at else at,
            currency=typed["currency"],
            passes_provider_fee=typed["passes_provider_fee"],
            note=typed["note"],
        )

    def _add_row(self, row: int) -> None:
        labels = {
            "above": _("From a price of"),
            "fixed": _("Fixed amount"),
            "least": _("At least"),
            "most": _("At most"),
        }
        for name in AMOUNTS:
            self.fields[f"{name}_{row}"] = forms.DecimalField(
                label=labels[name], required=False, min_value=Decimal(0), max_digits=12
            )
        self.fields[f"percent_{row}"] = forms.DecimalField(
            label=_("Per cent"),
            required=False,
            min_value=Decimal(0),
            max_value=Decimal(100),
            max_digits=5,
            decimal_places=2,
        )

    def _bands(self, typed: dict[str, Any]) -> Sequence[Band]:
        bands = [self._band(typed, row) for row in range(BANDS_MAX)]
        return sorted((band for band in bands if band), key=lambda band: band.above)

    def _band(self, typed: dict[str, Any], row: int) -> Band | None:
        said = {name: typed.get(f"{name}_{row}") for name in (*AMOUNTS, "percent")}
        if all(value is None for value in said.values()):
            return None
        amounts = {name: self._minor(f"{name}_{row}", said[name]) for name in AMOUNTS}
        return Band(
            percent=said["percent"] or Decimal(0),
            above=amounts["above"] or 0,
            fixed=amounts["fixed"] or 0,
            least=amounts["least"] or 0,
            most=amounts["most"],
        )

    def _minor(self, name: str, amount: Decimal | None) -> int | None:
        currency = self.cleaned_data["currency"]
        if amount is None or not currency:
            return int(amount) if amount else None  # amounts without a currency are refused anyway
        try:
            return Money.of(amount, currency).minor
        except ValueError:
            self.add_error(name, _("%(currency)s has fewer decimals.") % {"currency": currency})
            return None
