from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core import countries, vat_ids
from apps.invoices.models import LegalEntity

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[LegalEntity]
else:
    _ModelForm = forms.ModelForm

ADDRESS = ("name", "street", "postcode", "city", "country", "register")
TAXES = ("vat_id", "tax_number", "small_business", "exemption", "prefix")


class LegalForm(_ModelForm):
    """May be saved half-filled: the page says what is missing, and nothing is lost until then."""

    class Meta:
        model = LegalEntity
        fields: tuple[str, ...] = (*ADDRESS, *TAXES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"] = forms.ChoiceField(
            label=_("Country"), choices=countries.choices(), initial="DE"
        )

    def clean_vat_id(self) -> str:
        typed = cast("str", self.cleaned_data["vat_id"]).strip()
        if not typed:
            return ""
        try:
            return vat_ids.read(typed)
        except vat_ids.NotAVatId as wrong:
            text = _("This is no VAT id of the EU: a letter or a digit is wrong.")
            raise forms.ValidationError(text) from wrong


class PlatformLegalForm(LegalForm):
    class Meta(LegalForm.Meta):
        fields = (*ADDRESS, *TAXES, "tax_rate")
