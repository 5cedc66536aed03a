from __future__ import annotations

from django.contrib.admin import display, register
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.console.desk import ListPage, Page, ReadDesk
from apps.console.filters import OrganizerFilter
from apps.console.scoped import Needs
from apps.console.sites import organizer_site, platform_site
from apps.console.templatetags.console import in_utc
from apps.console.views import exports as export_pages
from apps.exports.kinds import KINDS
from apps.exports.models import Export

SEE = Capability.SEE_ORDERS


@register(Export, site=organizer_site)
@register(Export, site=platform_site)
class ExportDesk(ReadDesk):
    """Who took out what; each kind asks for its own capability when it is taken."""

    needs = Needs(view=SEE)
    list_display = ("what", "period", "of", "form", "who", "when")
    list_display_links = None
    list_filter = ("form", OrganizerFilter)
    list_select_related = ("organizer", "event")
    ordering = ("-pk",)
    pages = (Page("overview", export_pages.overview, SEE),)
    list_pages = (ListPage("new", export_pages.new, SEE),)
    list_tools = (("new", _("New export")),)

    @display(description=_("kind"), ordering="kind")
    def what(self, export: Export) -> SafeString:
        title = KINDS[export.kind].title
        return format_html('<a href="{}">{}</a>', self.url("overview", export), title)

    @display(description=_("days"), ordering="first")
    def period(self, export: Export) -> str:
        return f"{export.first:%Y-%m-%d} – {export.last:%Y-%m-%d}"

    @display(description=_("of"))
    def of(self, export: Export) -> str:
        return str(export.event or export.organizer or _("All organizers"))

    @display(description=_("who"))
    def who(self, export: Export) -> str:
        return export.actor

    @display(description=_("when"), ordering="pk")
    def when(self, export: Export) -> str:
        return in_utc(export.created_at)
