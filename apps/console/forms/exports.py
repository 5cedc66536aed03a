from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Membership, Organizer
from apps.accounts.roles import MATRIX, Capability, Role
from apps.console.access import Access
from apps.events.models import Event
from apps.exports.kind import Kind, Narrows
from apps.exports.kinds import KINDS
from apps.exports.models import Form
from apps.exports.models.export import TABLES
from apps.exports.models.schedule import Every
from apps.exports.scope import Scope, zone_of
from apps.exports.services.schedule import NewSchedule
from apps.exports.wanted import Wanted


class WhatForm(forms.Form):
    """Of what and of whom: one of the kinds this person may take, of an organizer or of an event."""

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
    form = forms.ChoiceField(
        label=gettext_lazy("Form"),
        choices=[(form.value, form.label) for form in TABLES],
        help_text=gettext_lazy("Bookings for DATEV have a form of their own."),
    )

    def __init__(
        self, data: Mapping[str, str] | None, *, access: Access, initial: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial=dict(initial), label_suffix="")
        self.access = access
        offered = [kind for kind in KINDS.values() if access.may(kind.to)]
        self._field("kind").choices = [(kind.name, kind.title) for kind in offered]
        self.mine = access.organizers(Capability.SEE_ORDERS).order_by("name")
        self._field("organizer").queryset = self.mine
        self._field("event").queryset = Event.objects.filter(organizer__in=self.mine).order_by(
            "-starts_at"
        )
        self._of_one()

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def _of_one(self) -> None:
        """Who has one organizer is not asked which; operators may take all."""
        field = self._field("organizer")
        if self.access.everybody:
            field.empty_label = _("All organizers")
            return
        field.required, field.empty_label = True, None
        if self.mine.count() == 1:
            field.widget, field.initial = forms.HiddenInput(), self.mine.get().pk

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
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

    def chosen(self) -> tuple[Kind, Form]:
        kind, form = KINDS[self.cleaned_data["kind"]], Form(self.cleaned_data["form"])
        return kind, form if form in kind.forms else kind.forms[0]


class ExportForm(WhatForm):
    first = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    field_order = ("kind", "organizer", "event", "first", "last", "form")

    def __init__(
        self, data: Mapping[str, str] | None = None, *, access: Access, at: datetime
    ) -> None:
        self.at = at
        super().__init__(data, access=access, initial=_last_month(access, at))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if {"first", "last"} <= cleaned.keys() and cleaned["first"] > cleaned["last"]:
            self.add_error("last", _("The last day is before the first."))
        if not self.errors:
            wanted = self.wanted()
            for sentence in wanted.kind.why_not(wanted.scope, self.at):
                self.add_error(None, sentence)
        return cleaned

    def wanted(self) -> Wanted:
        cleaned = self.cleaned_data
        kind, form = self.chosen()
        organizer, event = cleaned["organizer"], cleaned["event"]
        owner = event.organizer if event else organizer
        zone = kind.zone or zone_of(owner, event)
        return Wanted(kind, form, Scope(owner, event, cleaned["first"], cleaned["last"], zone))


class MemberChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    def label_from_instance(self, member: Any) -> str:
        return f"{member.user.email} ({member.get_role_display()}, {member.organizer})"


class ScheduleForm(WhatForm):
    """Of one organizer, whose team gets it."""

    every = forms.ChoiceField(
        label=gettext_lazy("How often"), choices=Every.choices, initial=Every.MONTH
    )
    recipients = MemberChoice(
        Membership.objects.none(),
        label=gettext_lazy("Who gets the mail"),
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("kind", "organizer", "event", "every", "form", "recipients")

    def __init__(self, data: Mapping[str, str] | None = None, *, access: Access) -> None:
        super().__init__(data, access=access, initial={})
        field = self._field("organizer")
        field.required, field.empty_label = True, None
        roles = [role for role in Role if Capability.SEE_ORDERS in MATRIX[role]]
        members = Membership.objects.filter(
            organizer__in=self.mine, role__in=roles, user__is_active=True
        )
        self._field("recipients").queryset = members.select_related("user", "organizer").order_by(
            "organizer__name", "user__email"
        )

    def _clean_scope(self, cleaned: dict[str, Any]) -> None:
        super()._clean_scope(cleaned)
        kind = KINDS[cleaned["kind"]]
        for member in cleaned["recipients"]:
            if member.organizer_id != cleaned["organizer"].pk:
                text = _("%s is not in the team of this organizer.")
                self.add_error("recipients", text % member.user.email)
            elif kind.to not in MATRIX[Role(member.role)]:
                self.add_error("recipients", _("%s may not see this.") % member.user.email)
        if kind.forms != TABLES and cleaned["every"] == Every.WEEK:
            self.add_error("every", _("A week may lie in two fiscal years: take months."))

    def new(self) -> NewSchedule:
        cleaned = self.cleaned_data
        kind, form = self.chosen()
        return NewSchedule(
            organizer=cleaned["organizer"],
            event=cleaned["event"],
            kind=kind,
            form=form,
            every=cleaned["every"],
            recipients=cleaned["recipients"],
        )


def _last_month(access: Access, at: datetime) -> dict[str, date]:
    """On the clock of whose it is: at an hour when it is another day there, another month may be over."""
    mine = list(access.organizers(Capability.SEE_ORDERS)[:2])
    zone = zone_of(mine[0] if len(mine) == 1 else None, None)
    end = at.astimezone(zone).date().replace(day=1) - timedelta(days=1)
    return {"first": end.replace(day=1), "last": end}
