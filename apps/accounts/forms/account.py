from __future__ import annotations

from collections.abc import Mapping

from allauth.account.fields import SetPasswordField
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms.sign_in import NEW_PASSWORD
from apps.accounts.services.apply_to_sell import Application


class NameField(forms.CharField):
    def __init__(self) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "name"})
        super().__init__(label=_("Name"), max_length=120, widget=widget)


class ProfileForm(forms.Form):
    name = NameField()
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("For these pages and for mails to you."),
    )


class ApplicationForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the organizer"), max_length=120, help_text=_("As buyers know you.")
    )
    email = forms.EmailField(
        label=_("E-mail for questions of buyers"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.URLField(
        label=_("Website"), required=False, assume_scheme="https", max_length=200
    )
    about = forms.CharField(
        label=_("What will you put on?"), widget=forms.Textarea, required=False, max_length=5000
    )
    language = forms.ChoiceField(label=_("Language of your mails"), choices=settings.LANGUAGES)

    def application(self) -> Application:
        return Application(**self.cleaned_data)


class JoinForm(forms.Form):
    """For somebody who is invited and has no account yet; the address stands in the invitation."""

    name = NameField()
    password = SetPasswordField(label=_("Choose a password"), help_text=NEW_PASSWORD)

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self.fields["password"].widget.attrs.pop("placeholder", None)
