from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.events.models import Event
from apps.variants.states import VariantState

GUESTS_MAX = 50


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=200)


class AddressForm(forms.Form):
    email = forms.EmailField(label=_("The right e-mail address"))


class GuestForm(forms.Form):
    """How many of each variant, and whom the tickets are mailed to."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("language", event.language)
        self.variants = list(event.variants.exclude(state=VariantState.DRAFT))
        for variant in self.variants:
            self.fields[f"heads_{variant.pk}"] = forms.IntegerField(
                label=_("How many of “%(variant)s”") % {"variant": variant.name},
                min_value=0,
                max_value=GUESTS_MAX,
                initial=1 if len(self.variants) == 1 else 0,
                required=False,
            )

    def heads(self) -> dict[Any, int]:
        """By variant, those above zero."""
        typed = {v: self.cleaned_data.get(f"heads_{v.pk}") or 0 for v in self.variants}
        return {variant: count for variant, count in typed.items() if count > 0}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.heads():
            raise forms.ValidationError(_("Choose at least one ticket."))
        return cleaned
