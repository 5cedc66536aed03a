"""Many guests at once: typed, shown as they were understood, and given only as they were shown."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.events.models import Event
from apps.orders.guest_list import LINES_MAX, GuestLine, read_guest_list
from apps.variants.models import Variant
from apps.variants.states import VariantState

TEXT_MAX = 60_000


class GuestListForm(forms.Form):
    people = forms.CharField(
        label=_("One guest per line"),
        max_length=TEXT_MAX,
        help_text=_(
            "“Ada Byron”, “Ada Byron, ada@example.org” or rows of a spreadsheet; +1 behind the name for"
            " company. Who has no address is found at the door by name."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(label=_("Kind of ticket"))
    language = forms.ChoiceField(label=_("Language of the mails"), choices=settings.LANGUAGES)
    # Of the list that was shown: what is sent again under the same key is given once.
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    lines: list[GuestLine]

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = []
        self.initial.setdefault("language", event.language)
        variants = event.variants.exclude(state=VariantState.DRAFT)
        self.variants = {str(variant.pk): variant for variant in variants}
        choices = [(pk, variant.name) for pk, variant in self.variants.items()]
        kind: Any = self.fields["kind"]
        kind.choices = choices if len(choices) == 1 else [("", "—"), *choices]

    def clean_people(self) -> str:
        text = str(self.cleaned_data["people"])
        self.lines = read_guest_list(text)
        if not self.lines:
            raise ValidationError(_("Nobody is in this list."))
        if (count := len(self.lines)) > LINES_MAX:
            self.lines = []
            told = _("These are %(count)d guests. Give at most %(most)d at once.")
            raise ValidationError(told % {"count": count, "most": LINES_MAX})
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if wrong := sum(bool(line.problem) for line in self.lines):
            told = ngettext(
                "%(count)d line cannot be taken: it is marked below. Nobody has been given a ticket.",
                "%(count)d lines cannot be taken: they are marked below. Nobody has been given a ticket.",
                wrong,
            )
            raise ValidationError(told % {"count": wrong})
        return cleaned

    @property
    def variant(self) -> Variant:
        return self.variants[self.cleaned_data["kind"]]

    @property
    def tickets(self) -> int:
        return sum(line.tickets for line in self.lines)

    def is_as_shown(self) -> bool:
        """Whether this very list was on the page whose button was pressed."""
        typed = self.cleaned_data
        return bool(typed.get("key")) and typed.get("shown") == self.digest()

    def digest(self) -> str:
        typed = [self.cleaned_data[name] for name in ("people", "kind", "language")]
        return hashlib.sha256(repr(typed).encode()).hexdigest()

    def hidden(self) -> dict[str, str]:
        """
        For the button that gives what is shown. The same list keeps its key: who was told to try again
        may have been given it meanwhile.
        """
        key = self.cleaned_data["key"] if self.is_as_shown() else uuid.uuid4()
        return {"key": str(key), "shown": self.digest()}
