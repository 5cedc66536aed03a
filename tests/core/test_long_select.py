"""The same select as Django's, without a template for each option."""

from __future__ import annotations

import pytest
from django import forms
from django.test.html import parse_html

from apps.core.long_select import LongSelect

CHOICES = [("DE", "Deutschland"), ("XX", "A & <B>"), ("", "–")]


class OneForm(forms.Form):
    country = forms.ChoiceField(choices=CHOICES, help_text="Where it is")


class SameForm(OneForm):
    country = forms.ChoiceField(choices=CHOICES, help_text="Where it is", widget=LongSelect)


@pytest.mark.parametrize("typed", [None, {}, {"country": "XX"}, {"country": "nowhere"}])
def test_it_says_what_djangos_says(typed: dict[str, str] | None) -> None:
    initial = {"country": "DE"}
    ours = str(SameForm(typed, initial=initial)["country"])
    assert parse_html(ours) == parse_html(str(OneForm(typed, initial=initial)["country"]))
    assert "A &amp; &lt;B&gt;" in ours
