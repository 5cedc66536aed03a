"""What of an account is shown, and the books of which day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Organizer
from apps.console.book_words import kind_words
from apps.console.selectors.ledger import Wanted


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class EntriesForm(forms.Form):
    """By GET: every page of it has an address of its own."""

    first = _day(gettext_lazy("From"))
    last = _day(gettext_lazy("Until"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    organizer = forms.ModelChoiceField(
        Organizer.objects.order_by("name"),
        label=gettext_lazy("Organizer"),
        required=False,
        empty_label=gettext_lazy("All"),
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference"), max_length=120, required=False, strip=True
    )

    def __init__(
        self, data: Mapping[str, str] | None = None, *, kinds: Sequence[str], shared: bool
    ) -> None:
        super().__init__(data, label_suffix="")
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [("", _("All")), *((one, kind_words(one)) for one in kinds)]
        if not shared:
            del self.fields["organizer"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last day is before the first."))
        return cleaned

    def wanted(self) -> Wanted:
        """All of it where something typed cannot be read: the field says so."""
        told = self.cleaned_data if self.is_valid() else {}
        organizer = told.get("organizer")
        return Wanted(
            first=told.get("first"),
            last=told.get("last"),
            kind=told.get("kind", ""),
            organizer=organizer.pk if organizer else None,
            reference=told.get("reference", ""),
        )


class DayForm(forms.Form):
    day = _day(gettext_lazy("At the end of (UTC)"))

    def __init__(self, data: Mapping[str, str] | None = None, *, today: date) -> None:
        super().__init__(data or {"day": today.isoformat()}, label_suffix="")
        self.today = today

    def clean_day(self) -> date:
        return self.cleaned_data["day"] or self.today

    def chosen(self) -> date:
        return self.cleaned_data["day"] if self.is_valid() else self.today
