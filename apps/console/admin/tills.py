from __future__ import annotations

from typing import ClassVar

from django.contrib.admin import display, register
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.box_office.models import Till
from apps.box_office.states import TillState
from apps.console.badges import badge
from apps.console.desk import ListPage, Page, ReadDesk
from apps.console.filters import EventFilter, OrganizerFilter
from apps.console.moments import local
from apps.console.scoped import Needs
from apps.console.sites import organizer_site, platform_site
from apps.console.views import tills as till_pages
from apps.payments.gateways.offline import Method

SEE = Capability.SEE_ORDERS


class TillEventFilter(EventFilter):
    path: ClassVar[str] = "device__event"


@register(Till, site=organizer_site)
@register(Till, site=platform_site)
class TillDesk(ReadDesk):
    organizer_path = "device__event__organizer"
    needs = Needs(view=SEE)
    list_display = ("number", "event", "cashier", "status", "opened", "cash", "card", "difference")
    list_display_links = None
    list_filter = (TillEventFilter, "state", OrganizerFilter)
    list_select_related = ("device__event",)
    search_fields = (
        "device__name__unaccent",
        "cashier__unaccent",
        "device__event__title__unaccent",
    )
    search_help_text = _("Phone, who sells or event")
    ordering = ("-opened_at", "-pk")
    pages = (
        Page("overview", till_pages.overview, SEE),
        Page("closing", till_pages.closing, Capability.CHANGE_ORDERS),
    )
    list_pages = (ListPage("csv", till_pages.csv, SEE),)
    list_tools = (("csv", _("CSV")),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Till]:
        tills: QuerySet[Till] = super().get_queryset(request)
        cash, card = Q(lines__method=Method.CASH), Q(lines__method=Method.CARD)
        return tills.annotate(
            cash_minor=Sum("lines__amount_minor", filter=cash, default=0),
            card_minor=Sum("lines__amount_minor", filter=card, default=0),
        )

    @display(description=_("till"), ordering="pk")
    def number(self, till: Till) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.url("overview", till), till.device)

    @display(description=_("event"), ordering="device__event")
    def event(self, till: Till) -> str:
        return till.device.event.title

    @display(description=_("state"), ordering="state")
    def status(self, till: Till) -> SafeString:
        return badge(till.state, till.get_state_display())

    @display(description=_("opened"), ordering="opened_at")
    def opened(self, till: Till) -> str:
        return local(till.opened_at, till.device.event.zone)

    @display(description=_("cash"), ordering="cash_minor")
    def cash(self, till: Till) -> str:
        return str(till.money(till.cash_minor))  # type: ignore[attr-defined]  # annotated by the query

    @display(description=_("card"), ordering="card_minor")
    def card(self, till: Till) -> str:
        return str(till.money(till.card_minor))  # type: ignore[attr-defined]  # annotated by the query

    @display(description=_("difference"))
    def difference(self, till: Till) -> str:
        if till.state != TillState.CLOSED:
            return ""
        counted = (till.counted_minor or 0) + (till.terminal_minor or 0)
        return str(till.money(counted - till.cash_minor - till.card_minor))  # type: ignore[attr-defined]  # annotated by the query
