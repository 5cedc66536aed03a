from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.core.money import Money, exponent
from apps.orders.models import Order, Unit
from apps.orders.services.refund import Choice, Tickets, Whole
from apps.orders.services.refused import Refused

DIGITS_MAX = 9
_AMOUNT = re.compile(r"^\d{1,9}(?:[.,]\d{1,3})?$")
_CARD_DIGITS = range(13, 20)


class AmountField(forms.CharField):
    """Money as people type it, "12", "12.50" or "12,50"; its value is a Money."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        self.currency = currency
        mode = "decimal" if exponent(currency) else "numeric"
        attrs = {"inputmode": mode, "autocomplete": "off", "class": "amount"}
        super().__init__(max_length=DIGITS_MAX + 6, widget=forms.TextInput(attrs), **kwargs)

    def clean(self, value: Any) -> Money | None:
        typed = str(super().clean(value)).replace(" ", "").removesuffix("€")
        if not typed:
            return None
        if not _AMOUNT.match(typed):
            raise ValidationError(_("Type an amount like 12.50."))
        try:
            money = Money.of(typed.replace(",", "."), self.currency)
        except ValueError as too_fine:
            raise self._too_fine() from too_fine
        if money != money.in_coins():
            raise self._too_fine()
        return money

    def _too_fine(self) -> ValidationError:
        words = _("%(currency)s has fewer decimals.")
        return ValidationError(words, params={"currency": self.currency})


class KeyedForm(forms.Form):
    """Knows again what was sent twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, initial={"key": uuid4()}, label_suffix="")


class OpeningForm(KeyedForm):
    cashier = forms.CharField(
        label=_("Who sells"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, currency: str, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self.fields["float"] = AmountField(
            label=_("Cash in the till now, counted"), currency=currency
        )


class MovementForm(KeyedForm):
    reason = forms.CharField(
        label=_("What for"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, currency: str, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self.fields["amount"] = AmountField(label=_("Amount"), currency=currency)

    def clean_amount(self) -> Money:
        amount: Money = self.cleaned_data["amount"]
        if not amount:
            raise ValidationError(_("Type an amount like 12.50."))
        return amount


class ClosingForm(forms.Form):
    """The terminal's total is asked for when it took something."""

    def __init__(
        self, currency: str, data: Mapping[str, str] | None = None, *, terminal: bool
    ) -> None:
        super().__init__(data, label_suffix="")
        self.currency = currency
        self.fields["cash"] = AmountField(label=_("Cash, counted"), currency=currency)
        if terminal:
            self.fields["terminal"] = AmountField(
                label=_("Card terminal, as its own report says"), currency=currency
            )

    def terminal(self) -> Money:
        return self.cleaned_data.get("terminal") or Money.zero(self.currency)


class VoucherForm(forms.Form):
    voucher = forms.CharField(
        label=_("Code of the voucher"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "code"}),
    )

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, label_suffix="")

    @property
    def typed(self) -> str:
        self.full_clean()
        return str(self.cleaned_data.get("voucher", "")).strip()

    def refuse(self, refused: Refused) -> None:
        for refusal in refused.refusals:
            self.add_error("voucher", refusal.text)


class PaymentForm(forms.Form):
    """A key for each likely note sends `given` in minor units; `typed` is what was put down otherwise."""

    method = forms.CharField(required=False)
    given = forms.IntegerField(required=False, min_value=0, max_value=10**DIGITS_MAX)
    receipt = forms.CharField(
        label=_("Number on the terminal's slip"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, total: Money, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, label_suffix="")
        self.total = total
        self.fields["typed"] = AmountField(
            label=_("Another amount"), currency=total.currency, required=False
        )

    def clean_receipt(self) -> str:
        receipt: str = self.cleaned_data["receipt"]
        if looks_like_a_card(receipt):
            raise ValidationError(_("That looks like a card number. It must not be kept here."))
        return receipt

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = self.put_down()
        if given is not None and given < self.total:
            self.add_error("typed", _("That is less than the price."))
        return cleaned

    def put_down(self) -> Money | None:
        """None: nobody said."""
        minor = self.cleaned_data.get("given")
        if minor is not None:
            return Money(minor, self.total.currency)
        typed: Money | None = self.cleaned_data.get("typed")
        return typed


class ContactForm(forms.Form):
    """Neither is asked of anybody; once it is paid the name is on the tickets."""

    email = forms.EmailField(
        label=_("E-mail for the tickets"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, order: Order, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, initial={"email": order.email, "name": order.name}, label_suffix="")
        if order.paid_at is not None:
            self.fields["email"].required = True
            return
        self.fields["name"] = forms.CharField(
            label=_("Name on the tickets"),
            max_length=120,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )


class ReturnForm(forms.Form):
    """A sale of several tickets may go back in parts."""

    some = forms.BooleanField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, data: QueryDict | None, *, units: Collection[Unit]) -> None:
        super().__init__(data, initial={"some": True}, label_suffix="")
        choices = [(unit.pk, str(unit.pk)) for unit in units]
        self.fields["unit"] = forms.TypedMultipleChoiceField(
            coerce=int, required=False, choices=choices
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("some") and not cleaned.get("unit"):
            self.add_error("unit", _("Choose at least one ticket."))
        return cleaned

    @property
    def choice(self) -> Choice:
        """Needs to be valid."""
        typed = self.cleaned_data
        return Tickets(frozenset(typed["unit"])) if typed["some"] else Whole()


def sale_key(data: Mapping[str, str]) -> UUID | None:
    """The page's name for this sale."""
    try:
        return UUID(data.get("sale", ""))
    except ValueError:
        return None


def looks_like_a_card(text: str) -> bool:
    """13 to 19 digits whose check digit is right (ISO/IEC 7812-1)."""
    digits = [int(sign) for sign in text if sign.isdecimal()]
    if len(digits) not in _CARD_DIGITS:
        return False
    doubled = (2 * digit for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0
