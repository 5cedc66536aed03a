"""
Why something ended or went back, where it was us who wrote it down: what people type stays as they typed it,
ours is kept in English and told in the language of whoever reads it.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_OURS: Mapping[str, Promise] = {
    "not paid in time": gettext_lazy("not paid in time"),
    "replaced": gettext_lazy("chosen anew"),
    "places gone": gettext_lazy("the places were gone"),
    "surplus": gettext_lazy("paid more than once, or too late"),
    "cancelled by the buyer": gettext_lazy("cancelled by the buyer"),
    "no VAT id": gettext_lazy("its invoice needed a VAT id"),
    "code used already": gettext_lazy("its code was used already"),
    "given back by the buyer": gettext_lazy("given back by the buyer"),
    "sent again": gettext_lazy("sent again"),
    "sent back by an operator": gettext_lazy("sent again"),  # as it was called before
    "made at the provider": gettext_lazy("made at the provider"),
    "called off": gettext_lazy("event called off"),
    "dispute": gettext_lazy("the buyer's bank disputes the payment"),
    "what it was paid with went back": gettext_lazy("what it was first paid with went back"),
    "dispute lost": gettext_lazy("a dispute was lost"),
    "e-mail address corrected": gettext_lazy("e-mail address corrected"),
}
_CASE = "case "


def ours() -> dict[str, str]:
    """Each of ours in the reader's language, for pages that tell it by themselves."""
    return {reason: str(words) for reason, words in _OURS.items()}


def in_words(reason: str) -> str:
    if reason in _OURS:
        return str(_OURS[reason])
    number = reason.removeprefix(_CASE)
    if reason.startswith(_CASE) and number.isdecimal():
        return _("case %(number)s") % {"number": number}
    return reason
