"""Forms about events. Times are typed and shown on the clock of the event's own place."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from apps.events.models import Event
from apps.events.slugs import free_slug
from apps.events.states import EventState

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm

POSTER_BYTES_MAX = 5 * 1024 * 1024
POSTER_PIXELS_MAX = 40_000_000  # which may be few bytes, and every visitor's phone unpacks them
POSTER_FORMATS = {"JPEG", "PNG", "WEBP"}

_WALL_CLOCK = "%Y-%m-%dT%H:%M"
_REGIONS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Pacific/")


class WallClockField(forms.DateTimeField):
    """
    A time as the clock on the wall shows it; cleaned to a naive datetime.

    The form knows the place: it shows `wall_clock(value, zone)` and calls `put_in_place`. In the hour that
    is there twice it is the first.
    """

    fold = 0
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_WALL_CLOCK)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=[_WALL_CLOCK, "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        return moment.replace(tzinfo=None, fold=self.fold) if isinstance(moment, datetime) else None


class WallClockEnd(WallClockField):
    """In the hour that is there twice it is the second: nobody finds the door shut an hour early."""

    fold = 1


def wall_clock(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone).replace(tzinfo=None) if moment else None


def put_in_place(form: forms.BaseForm, names: Iterable[str], zone: ZoneInfo) -> None:
    """What was typed becomes a moment; a time that the clocks jump over is refused beside its field."""
    for name in names:
        typed = form.cleaned_data.get(name)
        if typed is None:
            continue
        moment = typed.replace(tzinfo=zone).astimezone(UTC)
        if wall_clock(moment, zone) == typed:
            form.cleaned_data[name] = moment
        else:
            form.add_error(name, _("There is no such time: the clocks are put forward that night."))


class WallClockForm(_ModelForm):
    """A model form whose WallClockFields follow `zone`."""

    def zone(self) -> ZoneInfo:
        raise NotImplementedError

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._clocks():
            moment = getattr(self.instance, name)
            self.initial[name] = wall_clock(moment, self.zone()) if moment else None

    def clean(self) -> dict[str, Any]:
        super().clean()
        put_in_place(self, self._clocks(), self.zone())
        return self.cleaned_data

    def _clocks(self) -> list[str]:
        return [name for name, f in self.fields.items() if isinstance(f, WallClockField)]


class EventForm(WallClockForm):
    doors_at = WallClockField(label=_("Doors"), required=False)
    starts_at = WallClockField(label=_("Start"))
    ends_at = WallClockEnd(label=_("End"))
    timezone = forms.ChoiceField(label=_("Time zone"), initial="Europe/Berlin")

    class Meta:
        model = Event
        fields = (
            "organizer",
            "title",
            "slug",
            "summary",
            "description",
            "poster",
            "colour",
            "language",
            "venue",
            "timezone",
            "doors_at",
            "starts_at",
            "ends_at",
            "currency",
            "max_attendees",
            "buyers_bear_fee",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "timezone" in self.fields:
            zones = sorted(zone for zone in available_timezones() if zone.startswith(_REGIONS))
            field = cast("forms.ChoiceField", self.fields["timezone"])
            field.choices = [(zone, zone) for zone in zones]
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def zone(self) -> ZoneInfo:
        cleaned = getattr(self, "cleaned_data", {})
        return ZoneInfo(cleaned.get("timezone") or self.instance.timezone)

    def clean_poster(self) -> Any:
        poster = self.cleaned_data.get("poster")
        if not isinstance(poster, UploadedFile):
            return poster  # as it was, or removed
        if (poster.size or 0) > POSTER_BYTES_MAX:
            raise ValidationError(_("The poster is larger than 5 MB."))
        picture = cast("Any", poster).image  # Django sets it while it validates
        if picture.format not in POSTER_FORMATS:
            raise ValidationError(_("A poster is a JPEG, PNG or WebP picture."))
        if math.prod(picture.size) > POSTER_PIXELS_MAX:
            raise ValidationError(_("The poster has more than 40 million pixels."))
        return poster

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "slug" in self.fields and not cleaned.get("slug") and cleaned.get("title"):
            cleaned["slug"] = free_slug(cleaned["title"])
        self._refuse_wrong_order(cleaned)
        self._refuse_past(cleaned)
        self._refuse_foreign_venue(cleaned)
        return cleaned

    def _refuse_wrong_order(self, cleaned: dict[str, Any]) -> None:
        doors, start, end = (cleaned.get(name) for name in ("doors_at", "starts_at", "ends_at"))
        if start and end and end <= start:
            self.add_error("ends_at", _("The end is after the start."))
        if doors and start and doors > start:
            self.add_error("doors_at", _("Doors open before the start."))

    def _refuse_past(self, cleaned: dict[str, Any]) -> None:
        """It would be over at once, and nothing brings it back."""
        end = cleaned.get("ends_at")
        on_sale = self.instance.state == EventState.PUBLISHED
        if end and on_sale and end <= now() < self.instance.ends_at:
            self.add_error("ends_at", _("An event that is on sale cannot be over already."))

    def _refuse_foreign_venue(self, cleaned: dict[str, Any]) -> None:
        venue = cleaned.get("venue") or (self.instance.pk and self.instance.venue)
        organizer = cleaned.get("organizer") or (self.instance.pk and self.instance.organizer)
        if venue and organizer and venue.organizer_id != organizer.pk:
            self.add_error("venue", _("This venue belongs to another organizer."))
