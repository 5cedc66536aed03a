from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.orders.billing import BillingFields, initial
from apps.orders.models import Order
from apps.payments.gateways.base import Kind
from apps.payments.gateways.registry import offered

HEADS_PREFIX = "heads-"
HEADS_MAX = 500
DIGITS_MAX = 18  # of a bigint
PROVIDERS = {
    Kind.STRIPE: _("Card, Apple Pay, Google Pay"),
    Kind.PAYPAL: _("PayPal"),
}


def heads_of(data: Mapping[str, str]) -> dict[int, int]:
    """How many of each variant a form asks for; what is no number counts as none."""
    heads: dict[int, int] = {}
    for name, value in data.items():
        variant = name.removeprefix(HEADS_PREFIX)
        typed = value.strip()
        if name.startswith(HEADS_PREFIX) and _is_number(variant) and _is_number(typed):
            heads[int(variant)] = min(int(typed), HEADS_MAX)
    return {variant: count for variant, count in heads.items() if count}


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) <= DIGITS_MAX


class ProviderForm(forms.Form):
    """The ways of paying that are set up and take this amount."""

    provider = forms.ChoiceField(label=_("How do you pay?"), widget=forms.RadioSelect)

    def __init__(
        self,
        order: Order,
        data: Mapping[str, str] | None = None,
        *,
        initial: Mapping[str, str] | None = None,
    ) -> None:
        ways = [kind for kind in offered(order.due) if kind in PROVIDERS]
        first = {"provider": ways[0].value} if ways else {}
        super().__init__(data, initial={**first, **(initial or {})})
        choices = [(kind.value, PROVIDERS[kind]) for kind in ways]
        cast("forms.ChoiceField", self.fields["provider"]).choices = choices


class CheckoutForm(ProviderForm, BillingFields):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Your name is missing.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Your tickets go there."),
        error_messages={
            "required": _("Your address is missing: the tickets have to go somewhere."),
            "invalid": _(
                "We cannot write to this address. Is .de missing at the end, or is there an umlaut"
                " before the @?"
            ),
        },
    )

    def __init__(self, order: Order, data: Mapping[str, str] | None = None) -> None:
        super().__init__(order, data, initial=_initial(order))
        self.order = order
        self.holders = [f"holder-{n}" for n in range(_heads(order))] if _heads(order) > 1 else []
        for number, field in enumerate(self.holders, start=1):
            self.fields[field] = forms.CharField(
                label=_("Name on ticket %(number)s") % {"number": number},
                max_length=120,
                required=False,
                initial=_holder(order, number - 1),
            )
        if not order.due:
            del self.fields["provider"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.ask_for_vat_id(self.order)
        return cleaned

    def holder_names(self) -> list[str]:
        return [self.cleaned_data[field] for field in self.holders]

    def holder_fields(self) -> list[forms.BoundField]:
        return [self[field] for field in self.holders]


class LostLinkForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


def _initial(order: Order) -> dict[str, str]:
    known = initial(order.billing)
    if order.email or order.user is None:
        return {"name": order.name, "email": order.email, **known}
    return {"name": order.user.name, "email": order.user.email, **known}


def _heads(order: Order) -> int:
    return sum(line.quantity for line in order.lines.all())


def _holder(order: Order, index: int) -> str:
    return order.holder_names[index] if index < len(order.holder_names) else ""
