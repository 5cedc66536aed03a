from __future__ import annotations

from typing import Any

from django.contrib.admin import display, register
from django.db.models import F
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.console.badges import badge
from apps.console.desk import ListPage, Page, ReadDesk
from apps.console.filters import OrganizerFilter
from apps.console.moments import days
from apps.console.named import name_rows
from apps.console.scoped import Needs
from apps.console.sites import organizer_site, platform_site
from apps.console.templatetags.console import in_utc
from apps.console.views import exports as export_pages
from apps.console.views import schedules
from apps.console.views.bookkeeping import bookkeeping
from apps.exports.kinds import KINDS
from apps.exports.models import Export, ExportSchedule

SEE = Capability.SEE_ORDERS


@register(Export, site=organizer_site)
@register(Export, site=platform_site)
class ExportDesk(ReadDesk):
    """Who took out what; each kind asks for its own capability when it is taken."""

    needs = Needs(view=SEE)
    list_display = ("what", "period", "of", "form", "status", "who", "when")
    list_display_links = None
    list_filter = ("form", OrganizerFilter)
    list_select_related = ("organizer", "event", "file")
    ordering = ("-pk",)
    pages = (
        Page("overview", export_pages.overview, SEE),
        Page("overview/live", export_pages.live, SEE),
        Page("file", export_pages.file, SEE),
    )
    list_pages = (
        ListPage("new", export_pages.new, SEE),
        ListPage("bookkeeping", bookkeeping, Capability.MANAGE_PAYOUTS),
    )
    list_tools = (("new", _("New export")), ("bookkeeping", _("Accounts in DATEV")))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        return name_rows(super().get_changelist_instance(request), request)

    @display(description=_("kind"), ordering="kind")
    def what(self, export: Export) -> SafeString:
        title = KINDS[export.kind].title
        return format_html('<a href="{}">{}</a>', self.url("overview", export), title)

    @display(description=_("days"), ordering="first")
    def period(self, export: Export) -> str:
        return days(export.first, export.last)

    @display(description=_("of"))
    def of(self, export: Export) -> str:
        return str(export.event or export.organizer or _("All organizers"))

    @display(description=_("file"))
    def status(self, export: Export) -> SafeString | str:
        made = getattr(export, "file", None)  # None: it was sent at once
        if made is None:
            return "–"
        state = made.state_at(now())
        return badge(state, state.label)

    @display(description=_("who"))
    def who(self, export: Any) -> str:
        return str(_("by schedule") if export.schedule_id else export.actor_words)

    @display(description=_("when"), ordering="pk")
    def when(self, export: Export) -> str:
        return in_utc(export.created_at)


@register(ExportSchedule, site=organizer_site)
@register(ExportSchedule, site=platform_site)
class ExportScheduleDesk(ReadDesk):
    needs = Needs(view=SEE)
    list_display = ("what", "often", "of", "status", "organizer")
    list_display_links = None
    list_filter = ("every", OrganizerFilter)
    list_select_related = ("organizer", "event")
    ordering = (F("stopped_at").desc(nulls_first=True), "-pk")  # type: ignore[assignment]  # Django takes expressions, too
    pages = (
        Page("overview", schedules.overview, SEE),
        Page("stopping", schedules.stopping, SEE),
    )
    list_pages = (ListPage("new", schedules.new, SEE),)
    list_tools = (("new", _("New export by mail")),)

    @display(description=_("kind"), ordering="kind")
    def what(self, schedule: ExportSchedule) -> SafeString:
        title = KINDS[schedule.kind].title
        return format_html('<a href="{}">{}</a>', self.url("overview", schedule), title)

    @display(description=_("how often"), ordering="every")
    def often(self, schedule: ExportSchedule) -> str:
        return str(schedule.get_every_display())

    @display(description=_("of"))
    def of(self, schedule: ExportSchedule) -> str:
        return str(schedule.event or _("All events"))

    @display(description=_("state"))
    def status(self, schedule: ExportSchedule) -> SafeString:
        if schedule.stopped_at:
            return badge("", _("Stopped"))
        return badge("live", _("Runs"))
