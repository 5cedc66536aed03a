"""What buyers' banks want back, and what card networks warn of."""

from __future__ import annotations

from django.contrib.admin import display, register
from django.db.models import Q
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.console.badges import badge
from apps.console.desk import Page, ReadDesk
from apps.console.filters import OrganizerFilter, ProviderFilter, only
from apps.console.moments import local
from apps.console.scoped import Needs
from apps.console.sites import organizer_site, platform_site
from apps.console.views import dispute as dispute_pages
from apps.orders.models import Order
from apps.payments.dispute_reasons import explain
from apps.payments.models import Dispute, FraudWarning
from apps.payments.states import DISPUTE_RUNNING

RUNNING = only("running", _("running"), Q(state__in=DISPUTE_RUNNING))
SEE, CHANGE = Capability.SEE_ORDERS, Capability.CHANGE_ORDERS


def _order(row: Dispute | FraudWarning) -> Order:
    return row.payment.order_payment.order


@register(Dispute, site=organizer_site)
@register(Dispute, site=platform_site)
class DisputeDesk(ReadDesk):
    organizer_path = "payment__order_payment__order__organizer"
    needs = Needs(view=SEE)
    list_display = ("number", "event", "amount", "why", "status", "until")
    list_display_links = None
    list_filter = (RUNNING, "state", ("provider", ProviderFilter), OrganizerFilter)
    list_select_related = ("payment__order_payment__order__event",)
    search_fields = (
        "=provider_id",
        "=payment__order_payment__order__reference",
        "payment__order_payment__order__name__unaccent",
    )
    search_help_text = _("Order, name or provider's id")
    ordering = ("-opened_at", "-pk")
    pages = (
        Page("overview", dispute_pages.overview, SEE),
        Page("evidence", dispute_pages.evidence, CHANGE),
        Page("acceptance", dispute_pages.acceptance, CHANGE),
        Page("places", dispute_pages.places, CHANGE),
        Page("pdf", dispute_pages.pdf, SEE),
        Page("json", dispute_pages.json, SEE),
    )

    @display(description=_("order"))
    def number(self, dispute: Dispute) -> SafeString:
        url = self.url("overview", dispute)
        return format_html('<a href="{}">{}</a>', url, _order(dispute).reference)

    @display(description=_("event"))
    def event(self, dispute: Dispute) -> str:
        return _order(dispute).event.title

    @display(description=_("amount"), ordering="amount_minor")
    def amount(self, dispute: Dispute) -> str:
        return str(dispute.amount)

    @display(description=_("why"), ordering="reason")
    def why(self, dispute: Dispute) -> str:
        return str(explain(dispute.reason))

    @display(description=_("state"), ordering="state")
    def status(self, dispute: Dispute) -> SafeString:
        return badge(dispute.state, dispute.get_state_display())

    @display(description=_("evidence until"), ordering="due_at")
    def until(self, dispute: Dispute) -> str:
        if dispute.due_at is None or dispute.closed_at is not None:
            return "–"
        return local(dispute.due_at, _order(dispute).event.zone)


@register(FraudWarning, site=platform_site)
class FraudWarningDesk(ReadDesk):
    organizer_path = "payment__order_payment__order__organizer"
    needs = Needs(view=Capability.MANAGE_ORGANIZER)
    list_display = ("number", "amount", "kind", "actionable", "warned_at")
    list_filter = ("actionable",)
    list_select_related = ("payment__order_payment__order",)
    search_fields = ("=provider_id", "=payment__order_payment__order__reference")
    ordering = ("-warned_at", "-pk")
    pages = (Page("overview", dispute_pages.warning, Capability.MANAGE_ORGANIZER),)

    @display(description=_("order"))
    def number(self, warning: FraudWarning) -> str:
        return _order(warning).reference

    @display(description=_("amount"))
    def amount(self, warning: FraudWarning) -> str:
        return str(warning.payment.amount)
