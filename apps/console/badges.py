"""A state as a word in a frame; the colour only repeats it."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

_TONES = {
    "good": "published live on_sale paid completed valid captured succeeded sent approved done processed won "
    "withdrawn closed ready",
    "warn": "endorsed pending open fixing draft proposed applied awaiting_buyer processing submitting "
    "requested inquiry under_review queued sending in_transit held unclaimed hidden leased "
    "received partially_refunded working later unpublished",
    "bad": "cancelled rejected suspended failed bounced blocked returned parked sold_out lost refund_failed "
    "taken_back called_off not_on_sale",
}
_TONE_OF = {state: tone for tone, states in _TONES.items() for state in states.split()}


def tone(state: str) -> str:
    return _TONE_OF.get(state, "")


def whole(words: object) -> SafeString:
    """In a list: not broken within a word."""
    return format_html('<span class="whole">{}</span>', words)


def badge(state: str, label: object) -> SafeString:
    return format_html('<span class="tag" data-is="{}">{}</span>', tone(state), label)
