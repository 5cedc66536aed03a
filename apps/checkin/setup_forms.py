"""How a door is set up. Times are typed on the clock of the event's place."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.checkin.models import Device, DoorSettings, Gate, Pairing, TimeSlot
from apps.checkin.pins import DIGITS_MIN
from apps.events.forms import (
    WallClockEnd,
    WallClockField,
    WallClockForm,
    put_in_place,
    wall_clock,
)
from apps.events.models import Event
from apps.variants.models import Variant

if TYPE_CHECKING:
    _SettingsForm = forms.ModelForm[DoorSettings]
    _DeviceForm = forms.ModelForm[Device]
    _PairingForm = forms.ModelForm[Pairing]
else:
    _SettingsForm = _DeviceForm = _PairingForm = forms.ModelForm

PHONES_MAX = 50
_PIN_DIGITS_MAX = 12


class SettingsForm(_SettingsForm):
    day_starts_at = forms.TimeField(
        label=_("A day begins at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("For “some times a day”: a night belongs to its evening."),
    )

    class Meta:
        model = DoorSettings
        fields = (
            "entry_rule",
            "entries_per_day",
            "day_starts_at",
            "unsynced",
            "names_offline",
            "start_pin",
            "slow_after_ms",
            "offline_after",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours, minutes = divmod(self.instance.day_starts_at, 60)
        self.initial["day_starts_at"] = time(hours, minutes)

    def clean_day_starts_at(self) -> int:
        at: time = self.cleaned_data["day_starts_at"]
        return at.hour * 60 + at.minute


class GateForm(WallClockForm):
    opens_at = WallClockField(label=_("Opens"), required=False)
    closes_at = WallClockEnd(label=_("Closes"), required=False)
    variants = forms.TypedMultipleChoiceField(
        label=_("Only these kinds of ticket"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )
    access_levels = forms.MultipleChoiceField(
        label=_("Only these access levels"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )

    class Meta:
        model = Gate
        fields = ("name", "direction", "opens_at", "closes_at", "variants", "access_levels")

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        self.event = event
        super().__init__(*args, **kwargs)
        variants = list(event.variants.order_by("position", "pk"))
        levels = {variant.access_level for variant in variants} | set(self.instance.access_levels)
        self._choose("variants", [(variant.pk, variant.name) for variant in variants])
        self._choose("access_levels", [(level, level) for level in sorted(levels - {""})])

    def zone(self) -> ZoneInfo:
        return self.event.zone

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.event.gates.in_use().filter(name=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a gate of this name."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("It closes before it opens."))
        return cleaned

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        if choices:
            cast("forms.ChoiceField", self.fields[name]).choices = choices
        else:
            del self.fields[name]


class SlotForm(forms.Form):
    """When tickets of a variant open the door; both empty: all through the event."""

    admits_from = WallClockField(label=_("From"), required=False)
    admits_until = WallClockEnd(label=_("Until"), required=False)

    def __init__(self, data: Any, *, variant: Variant, event: Event) -> None:
        self.variant, self.event = variant, event
        super().__init__(data, prefix=f"v{variant.pk}")
        slot = TimeSlot.objects.filter(variant=variant).first()
        if slot is not None:
            self.initial["admits_from"] = wall_clock(slot.admits_from, event.zone)
            self.initial["admits_until"] = wall_clock(slot.admits_until, event.zone)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        put_in_place(self, ("admits_from", "admits_until"), self.event.zone)
        first, last = self.slot()
        if (first is None) != (last is None) and not self.errors:
            raise ValidationError(_("A time slot needs both times, or none."))
        if first and last and last <= first:
            self.add_error("admits_until", _("It ends before it begins."))
        return cleaned

    def slot(self) -> tuple[datetime | None, datetime | None]:
        return self.cleaned_data.get("admits_from"), self.cleaned_data.get("admits_until")


class SupervisorForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    pin = forms.RegexField(
        rf"\A[0-9]{{{DIGITS_MIN},{_PIN_DIGITS_MAX}}}\Z",
        label=_("PIN"),
        strip=False,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "new-password"}),
        help_text=_("At least six digits. It is not stored and not shown again."),
        error_messages={"invalid": _("Digits only, at least six.")},
    )


class PairingForm(_PairingForm):
    uses_left = forms.IntegerField(
        label=_("How many phones"), min_value=1, max_value=PHONES_MAX, initial=1
    )

    class Meta:
        model = Pairing
        fields = ("name", "gate", "uses_left", "box_office")

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _gates_of(self, event)


class DeviceForm(_DeviceForm):
    class Meta:
        model = Device
        fields = ("name", "gate", "box_office")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _gates_of(self, self.instance.event)


def _gates_of(form: forms.BaseForm, event: Event) -> None:
    gates = event.gates.in_use()
    if gates:
        field = cast("forms.ModelChoiceField[Gate]", form.fields["gate"])
        field.queryset, field.empty_label, field.label = gates, _("Any gate"), _("Gate")
    else:
        del form.fields["gate"]
