from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer
from apps.accounts.roles import Role
from apps.accounts.services.club_list import BadLines, read_club_list

CLUB_BYTES_MAX = 5 * 1024 * 1024


class OfOrganizer(forms.Form):
    """For one of my organizers; with only one there is nothing to choose."""

    organizer = forms.ModelChoiceField(label=_("Organizer"), queryset=Organizer.objects.none())

    def __init__(self, *args: Any, organizers: QuerySet[Organizer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Organizer]", self.fields["organizer"])
        field.queryset = organizers
        mine = list(organizers[:2])
        if len(mine) == 1:
            field.initial = mine[0]
            field.widget = forms.HiddenInput()


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class InviteForm(OfOrganizer):
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.STAFF)


class ClubListForm(OfOrganizer):
    text = forms.CharField(
        label=_("Lines"),
        required=False,
        help_text=_("One per line: e-mail, member number, valid until."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    file = forms.FileField(label=_("Or a CSV file"), required=False)
    replace = forms.BooleanField(
        label=_("Whoever is not in it is removed from the list."), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        text = self._text(cleaned)
        if not text.strip():
            raise ValidationError(_("Paste some lines or choose a file."))
        try:
            cleaned["lines"] = read_club_list(text)
        except BadLines as bad:
            raise ValidationError(bad.problems[:20]) from bad
        return cleaned

    def _text(self, cleaned: dict[str, Any]) -> str:
        upload = cleaned.get("file")
        if not upload:
            return str(cleaned.get("text", ""))
        if upload.size > CLUB_BYTES_MAX:
            raise ValidationError(_("The file is larger than 5 MB."))
        try:
            return str(upload.read().decode("utf-8-sig"))
        except UnicodeDecodeError as wrong:
            raise ValidationError(_("Save the file as UTF-8, please.")) from wrong


class SureForm(forms.Form):
    """Nothing to type: the page says what happens."""
