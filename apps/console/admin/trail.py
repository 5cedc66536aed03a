"""Who did what to money: read only, for operators."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import SimpleListFilter, display, register
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.console.act_words import act_words
from apps.console.admin.machinery import OPERATE, MachineryDesk
from apps.console.badges import whole
from apps.console.desk import ListPage, Page
from apps.console.named import name_rows
from apps.console.sites import platform_site
from apps.console.templatetags.console import in_utc
from apps.console.views import trail as trail_pages
from apps.orders.reasons import in_words
from apps.trail.models import MoneyAct


class ActFilter(SimpleListFilter):
    title = _("act")
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        acts = MoneyAct.objects.order_by("act").values_list("act", flat=True).distinct()
        return [(act, act_words(act)) for act in acts]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(act=self.value()) if self.value() else queryset


@register(MoneyAct, site=platform_site)
class MoneyActDesk(MachineryDesk):
    list_display = ("when", "what", "about", "who", "sum", "why")
    list_display_links = None
    list_filter = (ActFilter,)
    search_fields = ("=subject", "=actor", "origin", "reason")
    search_help_text = _("What it is about, e.g. payouts.payout:7, who, from where or why")
    ordering = ("-pk",)
    pages = (Page("overview", trail_pages.overview, OPERATE),)
    list_pages = (
        ListPage("csv", trail_pages.csv, OPERATE),
        ListPage("seals", trail_pages.seals, OPERATE),
    )
    list_tools = (("csv", _("CSV")), ("seals", _("Seals")))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        return name_rows(super().get_changelist_instance(request), request)

    @display(description=_("when"), ordering="pk")
    def when(self, act: MoneyAct) -> str:
        return in_utc(act.at)

    @display(description=_("act"), ordering="act")
    def what(self, act: MoneyAct) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.url("overview", act), act_words(act.act))

    @display(description=_("What it is about"), ordering="subject")
    def about(self, act: Any) -> str:
        return str(act.subject_words)

    @display(description=_("who"), ordering="actor")
    def who(self, act: Any) -> SafeString:
        return whole(act.actor_words)

    @display(description=_("reason"), ordering="reason")
    def why(self, act: MoneyAct) -> str:
        return in_words(act.reason) or "–"

    @display(description=_("amount"))
    def sum(self, act: MoneyAct) -> SafeString:
        return whole(act.amount if act.amount is not None else "")
