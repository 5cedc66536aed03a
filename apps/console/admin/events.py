from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin import display, register
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.checkin.models import Gate
from apps.console import stock
from apps.console.badges import badge
from apps.console.desk import Desk, Page
from apps.console.filters import OrganizerFilter
from apps.console.forms.stock import QuotaRow, QuotaRows, VariantRow, VariantRows
from apps.console.inlines import StackedRows, TableRows
from apps.console.moments import local
from apps.console.noted import note_event, note_variants
from apps.console.scoped import Needs
from apps.console.sites import organizer_site, platform_site
from apps.console.views import called_off as called_off_pages
from apps.console.views import event as event_pages
from apps.console.views.guest_list import guest_list
from apps.console.views.guests import guests
from apps.events.forms import EventForm
from apps.events.models import Event
from apps.events.services.end import bring_forward, correct
from apps.events.services.touch import touch
from apps.events.states import EventState
from apps.inventory.claims import SoldOut
from apps.inventory.models import Quota
from apps.inventory.resize import TooSmall, resize
from apps.orders.services.sold_out import refresh_sold_out
from apps.variants.models import Variant

EVENTS = Capability.MANAGE_EVENTS
ALL = Needs(view=EVENTS, add=EVENTS, change=EVENTS, delete=EVENTS)


class VariantInline(StackedRows):
    model = Variant
    form = VariantRow
    formset = VariantRows
    needs = ALL

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            (None, {"fields": (("name", "price"), ("places", "tax_rate"), "description")}),
            (
                _("When, how many, to whom"),
                {
                    "fields": (
                        ("sales_from", "sales_until"),
                        ("min_per_order", "max_per_order"),
                        ("access_level", "position"),
                        ("members_only", "with_code_only"),
                    ),
                    "classes": ("collapse",),
                },
            ),
            (
                _("Given back by the buyer"),
                {
                    "fields": (("refund_hours", "refund_percent"), "refund_keeps_fee"),
                    "description": _(
                        "Shown before people buy. It holds for what is sold from now on;"
                        " what was sold keeps its own."
                    ),
                    "classes": ("collapse",),
                },
            ),
        )

    def get_extra(self, request: HttpRequest, obj: Event | None = None, **kwargs: Any) -> int:
        return 0 if obj else 1


class QuotaInline(TableRows):
    model = Quota
    form = QuotaRow
    formset = QuotaRows
    needs = ALL
    fields = ("name", "places", "drawn_by")
    verbose_name_plural = _("Shared quotas: several variants draw from one")


class GateInline(TableRows):
    model = Gate
    needs = ALL
    fields = ("name",)


@register(Event, site=organizer_site)
@register(Event, site=platform_site)
class EventDesk(Desk):
    form = EventForm
    needs = Needs(view=EVENTS, add=EVENTS, change=EVENTS)
    list_display = ("name", "date", "venue", "organizer", "status")
    list_display_links = None
    list_filter = ("state", OrganizerFilter)
    list_select_related = ("organizer", "venue")
    search_fields = ("title__unaccent", "slug", "venue__name__unaccent", "venue__city__unaccent")
    search_help_text = _("Title or venue")
    ordering = ("-starts_at", "-pk")
    inlines = (VariantInline, QuotaInline, GateInline)
    fieldsets = (
        (
            _("What"),
            {
                "fields": (
                    "organizer",
                    "title",
                    "summary",
                    "description",
                    "poster",
                    ("colour", "language"),
                    "slug",
                )
            },
        ),
        (
            _("Where and when"),
            {"fields": (("venue", "timezone"), ("doors_at", "starts_at", "ends_at"))},
        ),
        (_("Money and people"), {"fields": (("currency", "max_attendees"), "buyers_bear_fee")}),
    )
    pages = (
        Page("overview", event_pages.overview, Capability.SCAN),
        Page("overview/live", event_pages.live, Capability.SCAN),
        Page("publication", event_pages.publication, EVENTS),
        Page("calling-off", called_off_pages.calling_off, EVENTS),
        Page("refunds", called_off_pages.refunds, Capability.CHANGE_ORDERS),
        Page("refunds/live", called_off_pages.live, Capability.CHANGE_ORDERS),
        Page("refunds/again", called_off_pages.again, Capability.CHANGE_ORDERS),
        Page("sale", event_pages.sale, EVENTS),
        Page("guests", guests, Capability.CHANGE_ORDERS),
        Page("guests/list", guest_list, Capability.CHANGE_ORDERS),
    )

    # The list

    @display(description=_("event"), ordering="title")
    def name(self, event: Event) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.url("overview", event), event.title)

    @display(description=_("date"), ordering="starts_at")
    def date(self, event: Event) -> str:
        return local(event.starts_at, event.zone)

    @display(description=_("state"), ordering="state")
    def status(self, event: Event) -> SafeString:
        return badge(event.state, event.get_state_display())

    # The form

    def get_readonly_fields(
        self, request: HttpRequest, obj: Event | None = None
    ) -> tuple[str, ...]:
        if obj is None:
            return ()
        fixed = ["organizer"]
        if obj.variants.exists():
            fixed.append("currency")  # their prices are in it
        if obj.state != EventState.DRAFT:
            fixed.append("slug")  # links to it are out
        return (*super().get_readonly_fields(request, obj), *fixed)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        # The fields have been checked; these two come from a sale just in between.
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except TooSmall as small:
            numbers = {"sold": small.sold, "held": small.held, "asked": small.asked}
            text = _(
                "%(asked)s are too few: %(sold)s are sold and %(held)s held. Nothing is saved."
            )
            messages.error(request, text % numbers)
            return HttpResponseRedirect(request.get_full_path())
        except SoldOut as short:
            needs = {"quota": short.quota.name, "wanted": short.wanted, "left": short.left}
            text = _(
                "“%(quota)s” has %(left)s free places, %(wanted)s are needed for what is sold "
                "and held. Nothing is saved."
            )
            messages.error(request, text % needs)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        if change and {"ends_at", "timezone"} & set(form.changed_data):
            end = correct if self.access(request).everybody else bring_forward
            end(obj)
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        if formset.model is Quota:
            self._save_quotas(formset)
        else:
            super().save_formset(request, form, formset, change)
        if formset.model is Variant:
            self._give_places(formset)
            kept = [row for row in formset.forms if row not in formset.deleted_forms]
            note_variants(kept, actor=self.actor(request), at=now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        event = Event.objects.get(pk=form.instance.pk)
        stock.cap(event)
        note_event(event, form, actor=self.actor(request), at=now())
        if change:
            refresh_sold_out(event, at=now())
            touch(event.pk)

    def _give_places(self, formset: Any) -> None:
        for form in formset.forms:
            places = form.cleaned_data.get("places") if "places" in form.changed_data else None
            if places is not None and form.instance.pk:
                stock.give_own_places(form.instance, places)

    def _save_quotas(self, formset: Any) -> None:
        gone = [form for form in formset.deleted_forms if form.instance.pk]
        kept = [f for f in formset.forms if f.has_changed() and f not in formset.deleted_forms]
        # The admin writes its history from these three.
        formset.deleted_objects = [form.instance for form in gone]
        formset.new_objects = [form.instance for form in kept if not form.instance.pk]
        formset.changed_objects = [
            (form.instance, form.changed_data) for form in kept if form.instance.pk
        ]
        for quota in formset.deleted_objects:
            stock.remove(quota)
        for form in kept:
            form.instance.event = formset.instance
            quota = form.save()
            resize(quota, form.cleaned_data["places"])
            stock.draw_from(quota, list(form.cleaned_data["drawn_by"]))

    def response_add(
        self, request: HttpRequest, obj: Event, post_url_continue: str | None = None
    ) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        return self._to_overview(request, obj, response)

    def response_change(self, request: HttpRequest, obj: Event) -> HttpResponse:
        return self._to_overview(request, obj, super().response_change(request, obj))

    def _to_overview(self, request: HttpRequest, event: Event, usual: HttpResponse) -> HttpResponse:
        if "_save" in request.POST:
            return HttpResponseRedirect(self.url("overview", event))
        return usual
