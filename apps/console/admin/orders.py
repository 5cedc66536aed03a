from __future__ import annotations

from typing import Any

from django.contrib.admin import display, register
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.console.badges import badge
from apps.console.desk import ListPage, Page, ReadDesk
from apps.console.filters import EventFilter, OrganizerFilter
from apps.console.moments import local
from apps.console.scoped import Needs
from apps.console.selectors.orders import find
from apps.console.sites import organizer_site, platform_site
from apps.console.templatetags.console import status_words
from apps.console.views import exports
from apps.console.views import order as order_pages
from apps.console.views import refund as refund_pages
from apps.console.views import ticket as ticket_pages
from apps.orders.models import Order, OrderLine
from apps.orders.selectors import status_of, told_of
from apps.tickets.models import Ticket

SEE = Capability.SEE_ORDERS
CHANGE = Capability.CHANGE_ORDERS
BLOCK = Capability.BLOCK_TICKETS


@register(Order, site=organizer_site)
@register(Order, site=platform_site)
class OrderDesk(ReadDesk):
    needs = Needs(view=SEE)
    list_display = ("number", "buyer_name", "what", "amount", "status", "ordered", "event")
    list_display_links = None
    list_filter = (EventFilter, "state", "channel", OrganizerFilter)
    list_select_related = ("event",)
    search_fields = ("reference",)  # see get_search_results
    search_help_text = _("Order, name, e-mail or ticket")
    ordering = ("-created_at", "-pk")
    pages = (
        Page("overview", order_pages.overview, SEE),
        Page("refund", refund_pages.refund, CHANGE),
        Page("resending", order_pages.resending, CHANGE),
        Page("mail", order_pages.mail, CHANGE),
        Page("address", order_pages.address, CHANGE),
    )
    list_pages = (ListPage("csv", exports.orders, SEE),)
    list_tools = (("csv", _("CSV")),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        orders: QuerySet[Order] = super().get_queryset(request)
        return orders.prefetch_related(Prefetch("lines", OrderLine.objects.order_by("pk")))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """What became of their money is asked once for all orders of a page."""
        changelist = super().get_changelist_instance(request)
        orders = changelist.result_list = list(changelist.result_list)
        told = told_of(orders)
        for order in orders:
            order.told = status_of(order, told[order.pk])
        return changelist

    def get_search_results(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        search_term: str,
    ) -> tuple[QuerySet[Any], bool]:
        return (find(queryset, search_term) if search_term.strip() else queryset), False

    @display(description=_("order"), ordering="reference")
    def number(self, order: Order) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.url("overview", order), order)

    @display(description=_("buyer"), ordering="name")
    def buyer_name(self, order: Order) -> str:
        return order.name or order.email or str(order.get_channel_display())

    @display(description=_("tickets"))
    def what(self, order: Order) -> str:
        return ", ".join(f"{line.quantity} × {line.name}" for line in order.lines.all())

    @display(description=_("total"), ordering="total_minor")
    def amount(self, order: Order) -> str:
        return str(order.total)

    @display(description=_("state"), ordering="state")
    def status(self, order: Any) -> SafeString:
        return badge(order.told, status_words(order.told, order))

    @display(description=_("ordered"), ordering="created_at")
    def ordered(self, order: Order) -> str:
        return local(order.created_at, order.event.zone)


@register(Ticket, site=organizer_site)
@register(Ticket, site=platform_site)
class TicketDesk(ReadDesk):
    organizer_path = "event__organizer"
    needs = Needs(view=SEE)
    list_display = ("number", "holder", "variant", "event", "status")
    list_display_links = None
    list_filter = (EventFilter, "state", OrganizerFilter)
    list_select_related = ("event", "variant", "unit__line__order")
    search_fields = (
        "=reference",
        "holder_name__unaccent",
        "=unit__line__order__reference",
        "unit__line__order__name__unaccent",
        "unit__line__order__email",
    )
    search_help_text = _("Ticket, name, e-mail or order")
    ordering = ("-pk",)
    pages = (
        Page("overview", ticket_pages.overview, SEE),
        Page("blocking", ticket_pages.blocking, BLOCK),
    )
    list_pages = (ListPage("csv", exports.attendees, SEE),)
    list_tools = (("csv", _("CSV of attendees")),)

    @display(description=_("ticket"), ordering="reference")
    def number(self, ticket: Ticket) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.url("overview", ticket), ticket)

    @display(description=_("name"), ordering="holder_name")
    def holder(self, ticket: Ticket) -> str:
        return ticket.holder_name or ticket.unit.line.order.name

    @display(description=_("state"), ordering="state")
    def status(self, ticket: Ticket) -> SafeString:
        return badge(ticket.state, ticket.get_state_display())
