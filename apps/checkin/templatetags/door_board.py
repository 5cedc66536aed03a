"""Words and tones of the door's numbers."""

from __future__ import annotations

from datetime import datetime, tzinfo

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from apps.checkin.board.figures import LOW_BATTERY, OLD_DATA, DeviceLine, GateLine
from apps.checkin.board.pace import BUSY, FULL
from apps.checkin.board.passages import reason_word
from apps.checkin.models import Doubt, Standing, Verdict
from apps.checkin.models.device import DeviceState
from apps.orders.reasons import in_words

register = template.Library()


register.filter("in_words", in_words)


@register.filter
def device_word(device: DeviceLine) -> str:
    return str(DeviceState(device.state).label)


@register.filter
def device_tone(device: DeviceLine) -> str:
    warn = {DeviceState.OFFLINE: "warn", DeviceState.SILENT: "warn", DeviceState.ONLINE: "good"}
    return warn.get(DeviceState(device.state), "")


@register.filter
def has_old_data(device: DeviceLine, at: datetime) -> bool:
    return device.data_at is not None and at - device.data_at > OLD_DATA


@register.filter
def is_low(device: DeviceLine) -> bool:
    return device.battery is not None and device.battery <= LOW_BATTERY


@register.filter
def load_word(gate: GateLine) -> str:
    if gate.load >= FULL:
        return _("Full")
    return _("Busy") if gate.load >= BUSY else _("Has room")


@register.filter
def load_tone(gate: GateLine) -> str:
    if gate.load >= FULL:
        return "bad"
    return "warn" if gate.load >= BUSY else "good"


@register.filter
def rate(per_minute: float) -> str:
    """Whole where a tenth says nothing."""
    if per_minute >= 10 or per_minute == round(per_minute):
        return number_format(round(per_minute), 0)
    return number_format(per_minute, 1)


@register.filter
def second(when: datetime, zone: tzinfo) -> str:
    return f"{when.astimezone(zone):%H:%M:%S}"


@register.filter
def within(milliseconds: int) -> str:
    """How sure a time is."""
    seconds = milliseconds / 1000
    if seconds < 1:
        return _("± %(n)s ms") % {"n": milliseconds}
    if seconds < 60:
        return _("± %(n)s s") % {"n": round(seconds)}
    return _("± %(n)s min") % {"n": round(seconds / 60)}


@register.filter
def standing_word(standing: str) -> str:
    return str(Standing(standing).label)


@register.filter
def standing_tone(standing: str) -> str:
    return {Standing.DOUBLE: "bad", Standing.OVERRULED: "warn"}.get(Standing(standing), "good")


@register.filter
def verdict_word(verdict: str) -> str:
    return str(Verdict(verdict).label)


register.filter("reason_word", reason_word)


@register.filter
def doubt_word(kind: str) -> str:
    return str(Doubt(kind).label)
