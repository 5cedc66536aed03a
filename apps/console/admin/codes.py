from __future__ import annotations

from django.contrib.admin import display, register
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.console.badges import badge
from apps.console.desk import ListPage, Page, ReadDesk
from apps.console.filters import OrganizerFilter
from apps.console.scoped import Needs
from apps.console.sites import organizer_site, platform_site
from apps.console.views import codes
from apps.vouchers.models import SPENT, Code
from apps.vouchers.states import CodeKind

EVENTS = Capability.MANAGE_EVENTS


@register(Code, site=organizer_site)
@register(Code, site=platform_site)
class CodeDesk(ReadDesk):
    needs = Needs(view=EVENTS)
    list_display = ("name", "off", "event", "used", "status", "note", "organizer")
    list_display_links = None
    list_filter = ("state", "kind", OrganizerFilter)
    list_select_related = ("organizer", "event")
    search_fields = ("text", "note__unaccent", "event__title__unaccent")
    search_help_text = _("Code, note or event")
    ordering = ("-created_at", "-pk")
    pages = (
        Page("overview", codes.overview, EVENTS),
        Page("ending", codes.ending, EVENTS),
    )
    list_pages = (
        ListPage("new", codes.new, EVENTS),
        ListPage("batch", codes.batch, EVENTS),
        ListPage("csv", codes.csv, EVENTS),
    )
    list_tools = (("new", _("Make a code")), ("batch", _("Make many codes")), ("csv", _("CSV")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Code]:
        found: QuerySet[Code] = super().get_queryset(request)
        return found.annotate(spent_count=Count("uses", filter=Q(uses__claimed_until=SPENT)))

    @display(description=_("code"), ordering="text")
    def name(self, code: Code) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.url("overview", code), code.text)

    @display(description=_("what it does"))
    def off(self, code: Code) -> str:
        if code.kind == CodeKind.PERCENT:
            return f"−{code.percent} %"
        return f"−{code.amount}" if code.kind == CodeKind.FIXED else str(_("opens tickets"))

    @display(description=_("used"))
    def used(self, code: Code) -> str:
        spent: int = code.spent_count  # type: ignore[attr-defined]  # annotated by the query
        return f"{spent} / {code.budget}" if code.budget else str(spent)

    @display(description=_("state"), ordering="state")
    def status(self, code: Code) -> SafeString:
        return badge(code.state, code.get_state_display())
