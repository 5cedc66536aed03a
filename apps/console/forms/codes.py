from __future__ import annotations

from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer
from apps.console.forms.team import OfOrganizer
from apps.console.moments import called
from apps.core.money import Money
from apps.events.forms import WallClockEnd, WallClockField, put_in_place
from apps.events.models import Event
from apps.variants.models import Variant
from apps.vouchers.services.make import BATCH_MAX, BUDGET_MAX, Terms
from apps.vouchers.states import CodeKind
from apps.vouchers.texts import TEXT_MAX

CURRENCIES = [(code, code) for code in ("EUR", "CHF", "GBP", "USD")]


class EventChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    def label_from_instance(self, event: Any) -> str:
        return called(event)


class VariantChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    def label_from_instance(self, variant: Any) -> str:
        return f"{variant.event.title}: {variant.name}"


class CodeForm(OfOrganizer):
    """What a code does. Its terms never change, so all of them are here."""

    kind = forms.ChoiceField(label=_("What it does"), choices=CodeKind.choices)
    percent = forms.IntegerField(
        label=_("Per cent off"), min_value=1, max_value=100, required=False
    )
    amount = forms.DecimalField(
        label=_("Off each ticket"), min_value=Decimal("0.01"), max_digits=12, required=False
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    event = EventChoice(
        label=_("Event"),
        queryset=Event.objects.none(),
        required=False,
        empty_label=_("All events"),
    )
    variants = VariantChoice(
        label=_("Tickets"),
        queryset=Variant.objects.none(),
        required=False,
        help_text=_(
            "None: all that everybody sees, or, where a code only opens, all that need one. "
            "Named ones for members or with a code only open."
        ),
    )
    least = forms.DecimalField(
        label=_("From a total of"), min_value=Decimal(0), max_digits=12, required=False
    )
    starts_at = WallClockField(label=_("Works from"), required=False)
    ends_at = WallClockEnd(
        label=_("Works until"),
        required=False,
        help_text=_("On the clock where the event is; for all events, where your next one is."),
    )
    per_person = forms.IntegerField(
        label=_("Times per person"), min_value=1, max_value=1000, required=False
    )
    note = forms.CharField(
        label=_("Note"), max_length=120, required=False, help_text=_("Only you see it.")
    )

    def __init__(self, *args: Any, organizers: QuerySet[Organizer], **kwargs: Any) -> None:
        super().__init__(*args, organizers=organizers, **kwargs)
        events = Event.objects.filter(organizer__in=organizers, ends_at__gt=now())
        event = cast("forms.ModelChoiceField[Event]", self.fields["event"])
        event.queryset = events.order_by("starts_at")
        variants = cast("forms.ModelMultipleChoiceField[Variant]", self.fields["variants"])
        named = Variant.objects.filter(event__in=events).select_related("event")
        variants.queryset = named.order_by("event__starts_at", "position", "pk")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind == CodeKind.PERCENT and not cleaned.get("percent") and "percent" not in self.errors:
            self.add_error("percent", _("How much is off?"))
        if kind == CodeKind.FIXED and not cleaned.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("How much is off?"))
        zone = _zone(cleaned)
        put_in_place(self, ("starts_at", "ends_at"), zone)
        opens, closes = cleaned.get("starts_at"), cleaned.get("ends_at")
        if opens and closes and closes <= opens:
            self.add_error("ends_at", _("It ends after it starts."))
        self._clean_whose(cleaned)
        for name in ("amount", "least"):
            self._clean_minor(name, cleaned)
        return cleaned

    def _clean_whose(self, cleaned: dict[str, Any]) -> None:
        organizer, event = cleaned.get("organizer"), cleaned.get("event")
        if event is not None and organizer is not None and event.organizer_id != organizer.pk:
            self.add_error("event", _("This event is of another organizer."))
        for variant in cleaned.get("variants") or ():
            within = event is None or variant.event_id == event.pk
            if not within or (organizer and variant.event.organizer_id != organizer.pk):
                self.add_error("variants", _("“%s” is of another event.") % variant.name)

    def _clean_minor(self, name: str, cleaned: dict[str, Any]) -> None:
        typed, currency = cleaned.get(name) or Decimal(0), cleaned.get("currency", "EUR")
        try:
            cleaned[f"{name}_minor"] = Money.of(typed, currency).minor
        except ValueError:
            self.add_error(name, _("%(currency)s has fewer decimals.") % {"currency": currency})

    def terms(self, *, budget: int | None) -> Terms:
        typed = self.cleaned_data
        kind = CodeKind(typed["kind"])
        return Terms(
            kind,
            percent=typed["percent"] if kind == CodeKind.PERCENT else 0,
            amount_minor=typed["amount_minor"] if kind == CodeKind.FIXED else 0,
            currency=typed["currency"],
            least_minor=typed["least_minor"],
            starts_at=typed["starts_at"],
            ends_at=typed["ends_at"],
            per_person=typed["per_person"],
            budget=budget,
            event=typed["event"],
            variants=list(typed["variants"]),
            note=typed["note"],
        )


def _zone(cleaned: dict[str, Any]) -> ZoneInfo:
    event, organizer = cleaned.get("event"), cleaned.get("organizer")
    if event is None and organizer is not None:
        coming = Event.objects.filter(organizer=organizer, ends_at__gt=now())
        event = coming.order_by("starts_at").first()
    return event.zone if event else ZoneInfo("UTC")


class OneCodeForm(CodeForm):
    text = forms.CharField(
        label=_("Code"),
        max_length=TEXT_MAX,
        help_text=_("Letters and digits, for example WELCOME10. Case and accents do not matter."),
    )
    budget = forms.IntegerField(
        label=_("Times in all"),
        min_value=1,
        max_value=BUDGET_MAX,
        required=False,
        help_text=_("So many orders may use it. Empty: as many as want to."),
    )
    field_order = ("organizer", "text", "kind", "percent", "amount", "currency", "budget")


class BatchForm(CodeForm):
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=BATCH_MAX)
    beginning = forms.CharField(
        label=_("They begin with"),
        max_length=20,
        required=False,
        help_text=_("After it come ten random letters and digits."),
    )
    field_order = ("organizer", "count", "beginning", "kind", "percent", "amount", "currency")
