"""What is typed on an event's page and decides about money: who changed it stays on the trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from apps.events.forms import wall_clock
from apps.events.models import Event
from apps.events.states import EventState
from apps.trail.record import record
from apps.variants.models import Variant

_OF_EVENTS = ("buyers_bear_fee", "currency")
_OF_VARIANTS = ("price", "tax_rate", "refund_hours", "refund_percent", "refund_keeps_fee")


def note_event(event: Event, form: Any, *, actor: str, at: datetime) -> None:
    if changes := _changes(form, _OF_EVENTS):
        record("event.money", about=event, actor=actor, at=at, reason=changes)
    if "ends_at" in form.changed_data and event.state != EventState.DRAFT:
        before, after = form.initial["ends_at"], wall_clock(event.ends_at, event.zone)
        reason = f"{before:%Y-%m-%d %H:%M} -> {after:%Y-%m-%d %H:%M}"
        record("event.end", about=event, actor=actor, at=at, reason=reason)


def note_variants(forms: Iterable[Any], *, actor: str, at: datetime) -> None:
    """forms: saved. What a sale was made with is frozen in its lines, whatever changes here."""
    for form in forms:
        variant: Variant = form.instance
        if variant.pk and (changes := _changes(form, _OF_VARIANTS)):
            reason = f"{variant.name}: {changes}"
            record("variant.money", about=variant, actor=actor, at=at, reason=reason)


def _changes(form: Any, names: Iterable[str]) -> str:
    """As compared with what it was: a field that was left empty may stand for what it had."""
    before, typed = form.initial, form.cleaned_data
    changed = [name for name in names if name in typed and before.get(name) != typed[name]]
    return "; ".join(f"{name}: {before.get(name)} -> {typed[name]}" for name in changed)
