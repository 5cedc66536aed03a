from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class BlockForm(forms.Form):
    reference = forms.CharField(label=_("ticket"), max_length=20)
    reason = forms.CharField(label=_("reason"), max_length=200)


class DoubtNoteForm(forms.Form):
    text = forms.CharField(label=_("What you found"), max_length=400)
