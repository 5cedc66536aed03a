from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Role
from apps.console.forms.team import OfOrganizer


class ApiKeyForm(OfOrganizer):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Of the program: till, website, scanner.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.STAFF)
