from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.box_office.forms import AmountField
from apps.console.forms.orders import ReasonForm
from apps.orders.models import Order, Unit
from apps.orders.services.refund import Amount, Choice, Tickets, Whole

WHATS = [("whole", _("The whole order")), ("tickets", _("Tickets")), ("amount", _("An amount"))]


class ChoiceForm(forms.Form):
    """What is to go back; nothing typed is the whole order."""

    what = forms.ChoiceField(choices=WHATS, required=False)

    def __init__(self, data: Any, *, order: Order, units: list[Unit]) -> None:
        super().__init__(data, label_suffix="")
        self.order, self.units = order, units
        self.fields["unit"] = forms.TypedMultipleChoiceField(
            label=_("Tickets"),
            coerce=int,
            required=False,
            choices=[(unit.pk, str(unit.ticket)) for unit in units],
        )
        self.fields["amount"] = AmountField(
            label=_("Amount"), currency=order.currency, required=False
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("what") == "tickets" and not cleaned.get("unit") and "unit" in cleaned:
            self.add_error("unit", _("Choose at least one ticket."))
        if cleaned.get("what") == "amount" and not cleaned.get("amount") and "amount" in cleaned:
            self.add_error("amount", _("Type an amount like 12.50."))
        return cleaned

    @property
    def choice(self) -> Choice:
        """Needs to be valid."""
        what = self.cleaned_data["what"]
        if what == "amount":
            return Amount(self.cleaned_data["amount"])
        chosen = frozenset(self.cleaned_data["unit"])
        return Tickets(chosen) if what == "tickets" else Whole()

    @property
    def quoted(self) -> str:
        """What the page is about while the choice cannot be read: the whole order."""
        return (self.is_valid() and self.cleaned_data["what"]) or "whole"


class RefundForm(ReasonForm):
    keep_off_sale = forms.BooleanField(
        label=_("Do not sell the places again: the capacity gets smaller."), required=False
    )
    sure = forms.BooleanField(label=_("Yes, give the money back. The tickets stop working."))
    key = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, tickets_die: bool) -> None:
        super().__init__(data, initial={"key": uuid4()}, label_suffix="")
        if not tickets_die:
            del self.fields["keep_off_sale"]
            self.fields["sure"].label = _("Yes, give the money back. The tickets go on admitting.")

    @property
    def back_on_sale(self) -> bool:
        return not self.cleaned_data.get("keep_off_sale", False)
