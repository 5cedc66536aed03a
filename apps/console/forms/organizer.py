from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer
from apps.accounts.services.legal_texts import Texts

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Organizer]
else:
    _ModelForm = forms.ModelForm

LEGAL = ("imprint", "terms", "withdrawal_notice")


class ProfileForm(_ModelForm):
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    class Meta:
        model = Organizer
        fields = ("name", "email", "about", "website", "language", "brand_colour", *LEGAL)
        widgets = {name: forms.Textarea(attrs={"rows": 12}) for name in LEGAL}

    def texts(self) -> Texts:
        return Texts(*(self.cleaned_data[name] for name in LEGAL))


class TermsOfTradeForm(_ModelForm):
    """What the platform agrees with an organizer about money."""

    class Meta:
        model = Organizer
        fields = (
            "release_days",
            "release_at_sale",
            "payout_reserve_minor",
            "payout_reserve_percent",
            "payout_minimum_minor",
        )
