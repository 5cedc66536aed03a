from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.console.forms.codes import CURRENCIES
from apps.console.forms.team import OfOrganizer
from apps.core.money import Money
from apps.vouchers.models import GiftVoucher
from apps.vouchers.services.write_voucher import Recipient


class ForWhom(forms.Form):
    recipient_name = forms.CharField(label=_("For whom"), max_length=120, required=False)
    recipient_email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("The voucher is mailed there. Empty: you hand it over yourself."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def recipient(self) -> Recipient:
        typed = self.cleaned_data
        return Recipient(typed["recipient_name"], typed["recipient_email"], typed["language"])


class VoucherForm(ForWhom, OfOrganizer):
    amount = forms.DecimalField(
        label=_("Worth"), min_value=Decimal("0.01"), max_digits=9, decimal_places=2
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)
    note = forms.CharField(
        label=_("Note"), max_length=120, required=False, help_text=_("Only you see it.")
    )
    field_order = (
        "organizer",
        "amount",
        "currency",
        "recipient_name",
        "recipient_email",
        "language",
        "note",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("amount"):
            currency = cleaned.get("currency", "EUR")
            try:
                cleaned["worth"] = Money.of(cleaned["amount"], currency)
            except ValueError:
                words = _("%(currency)s has fewer decimals.") % {"currency": currency}
                self.add_error("amount", words)
        return cleaned

    @property
    def asked_once(self) -> UUID | None:
        """Sent twice it is the same, typed over it is another."""
        typed = dict(self.cleaned_data)
        key: UUID | None = typed.pop("key")
        return uuid5(key, repr(sorted(typed.items()))) if key else None


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ReplacementForm(ForWhom):
    reason = forms.CharField(label=_("Reason"), max_length=200)
    field_order = ("reason", "recipient_name", "recipient_email", "language")

    def __init__(self, data: Mapping[str, str] | None = None, *, voucher: GiftVoucher) -> None:
        known = {
            "recipient_name": voucher.recipient_name,
            "recipient_email": voucher.recipient_email,
            "language": voucher.language,
        }
        super().__init__(data, initial=known)
