from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.checkin.models import Mode
from apps.tickets.tokens import TOKEN_LENGTH_MAX


class ScanForm(forms.Form):
    """What a phone sends."""

    code = forms.CharField(max_length=4 * TOKEN_LENGTH_MAX, strip=False)
    scan_id = forms.UUIDField()
    scanned_at = forms.DateTimeField()
    gate = forms.IntegerField(required=False)
    device = forms.CharField(max_length=60, required=False)
    mode = forms.ChoiceField(choices=Mode.choices)


class BlockForm(forms.Form):
    reference = forms.CharField(label=_("ticket"), max_length=20)
    reason = forms.CharField(label=_("reason"), max_length=200)


class DoubtNoteForm(forms.Form):
    text = forms.CharField(label=_("What you found"), max_length=400)
