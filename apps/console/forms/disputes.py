from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

STATEMENT_MAX = 1500  # PayPal takes 2,000 characters in all, with the facts


class EvidenceForm(forms.Form):
    statement = forms.CharField(
        label=_("What you want to say"),
        max_length=STATEMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("In English, if you can. Say what the buyer got, and when they used it."),
    )
    sure = forms.BooleanField(label=_("Yes, send it. It can be sent only once."))


class AcceptForm(forms.Form):
    sure = forms.BooleanField(label=_("Yes, the buyer keeps the money."))
