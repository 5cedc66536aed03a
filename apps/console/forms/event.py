from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CallOffForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    sure = forms.BooleanField(label=_("Yes, call the event off. This cannot be undone."))
