from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Organizer
from apps.accounts.roles import Capability
from apps.console.access import Access
from apps.events.models import Event
from apps.exports.kind import Narrows
from apps.exports.kinds import KINDS
from apps.exports.models import Form
from apps.exports.scope import Scope, zone_of
from apps.exports.take import Wanted


class ExportForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What"))
    organizer = forms.ModelChoiceField(
        Organizer.objects.none(), label=gettext_lazy("Organizer"), required=False
    )
    event = forms.ModelChoiceField(
        Event.objects.none(),
        label=gettext_lazy("Event"),
        required=False,
        empty_label=gettext_lazy("All events"),
    )
    first = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    form = forms.ChoiceField(label=gettext_lazy("Form"), choices=Form.choices)

    def __init__(
        self, data: Mapping[str, str] | None = None, *, access: Access, today: date
    ) -> None:
        end = today.replace(day=1) - timedelta(days=1)
        last_month = {"first": end.replace(day=1), "last": end}
        super().__init__(data, initial=last_month, label_suffix="")
        self.access = access
        offered = [kind for kind in KINDS.values() if access.may(kind.to)]
        self._field("kind").choices = [(kind.name, kind.title) for kind in offered]
        mine = access.organizers(Capability.SEE_ORDERS).order_by("name")
        self._field("organizer").queryset = mine
        self._field("event").queryset = Event.objects.filter(organizer__in=mine).order_by(
            "-starts_at"
        )
        self._of_one(mine)

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def _of_one(self, mine: Any) -> None:
        """Who has one organizer is not asked which; operators may take all."""
        field = self._field("organizer")
        if self.access.everybody:
            field.empty_label = _("All organizers")
            return
        field.required, field.empty_label = True, None
        if mine.count() == 1:
            field.widget, field.initial = forms.HiddenInput(), mine.get().pk

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"first", "last"} <= cleaned.keys() and cleaned["first"] > cleaned["last"]:
            self.add_error("last", _("The last day is before the first."))
        if not self.errors:
            self._clean_scope(cleaned)
        return cleaned

    def _clean_scope(self, cleaned: dict[str, Any]) -> None:
        kind, organizer, event = (cleaned[name] for name in ("kind", "organizer", "event"))
        to = KINDS[kind].to
        if organizer and not self.access.may(to, organizer.pk):
            self.add_error("kind", _("Only owners of this organizer may take this out."))
        if event and organizer and event.organizer_id != organizer.pk:
            self.add_error("event", _("This event is another organizer's."))
        if event and KINDS[kind].narrows is Narrows.TO_ORGANIZER:
            self.add_error("event", _("This is of all events together."))

    def wanted(self) -> Wanted:
        cleaned = self.cleaned_data
        organizer, event = cleaned["organizer"], cleaned["event"]
        owner = event.organizer if event else organizer
        zone = zone_of(owner, event)
        scope = Scope(owner, event, cleaned["first"], cleaned["last"], zone)
        return Wanted(KINDS[cleaned["kind"]], Form(cleaned["form"]), scope)
