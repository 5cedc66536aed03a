"""Who sells, and who is who: seen by operators."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter, display, register
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer, PayoutMethod, User
from apps.accounts.roles import Capability
from apps.console.admin.organizer import IN_TROUBLE, BuyersMailDesk, PayoutDesk
from apps.console.badges import badge
from apps.console.desk import NOBODYS, ORGANIZER_ITSELF, Desk, ListPage, Page, ReadDesk
from apps.console.filters import MailKindFilter, ProviderFilter, only
from apps.console.scoped import Needs
from apps.console.sites import platform_site
from apps.console.templatetags.console import in_utc
from apps.console.views import payout as payout_pages
from apps.console.views import payout_rules as rule_pages
from apps.console.views import platform as platform_pages
from apps.console.words import provider_words
from apps.notifications.models import Mail
from apps.payouts.models import Payout
from apps.payouts.selectors import new_payees
from apps.reconciliation.health import PAYOUTS_IN_FLIGHT

# Operators have every capability; this one stands for "an operator's".
OPERATE = Capability.MANAGE_ORGANIZER
MOVING_PAYOUTS = only("moving", _("on its way"), Q(state__in=PAYOUTS_IN_FLIGHT))


@register(Organizer, site=platform_site)
class OrganizerDesk(ReadDesk):
    organizer_path = ORGANIZER_ITSELF
    needs = Needs(view=OPERATE)
    list_display = ("name", "slug", "email", "status", "created_at")
    list_filter = ("state",)
    search_fields = ("name__unaccent", "slug", "email")
    search_help_text = _("Name or e-mail")
    ordering = ("-pk",)
    pages = (
        Page("overview", platform_pages.organizer, OPERATE),
        Page("approval", platform_pages.approval, OPERATE),
        Page("rejection", platform_pages.rejection, OPERATE),
        Page("suspension", platform_pages.suspension, OPERATE),
        Page("agreement", platform_pages.agreement, OPERATE),
        Page("netting", rule_pages.netting, OPERATE),
    )

    @display(description=_("state"), ordering="state")
    def status(self, organizer: Organizer) -> SafeString:
        return badge(organizer.state, organizer.get_state_display())


@register(User, site=platform_site)
class UserDesk(Desk):
    organizer_path = NOBODYS
    needs = Needs(view=OPERATE, change=OPERATE)
    list_display = ("email", "name", "is_staff", "is_active", "date_joined")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name__unaccent")
    search_help_text = _("E-mail or name")
    ordering = ("-pk",)
    fields = ("email", "name", "language", "is_staff", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Nobody locks themselves out, and an address is changed by its owner.
        own = obj is not None and obj.pk == request.user.pk
        return ("email", "is_staff", "is_active") if own else ("email",)


@register(Payout, site=platform_site)
class PayoutRunDesk(PayoutDesk):
    pages = (
        *PayoutDesk.pages,
        Page("approval", payout_pages.approval, OPERATE),
        Page("cancellation", payout_pages.cancellation, OPERATE),
        Page("reversal", payout_pages.reversal, OPERATE),
        Page("finding", payout_pages.finding, OPERATE),
        Page("absence", payout_pages.absence, OPERATE),
    )
    list_filter = (MOVING_PAYOUTS, *PayoutDesk.list_filter, "outcome_unknown")
    list_pages = (ListPage("run", payout_pages.run, OPERATE),)
    list_tools = (("run", _("Propose payouts")),)


class WaitsFilter(SimpleListFilter):
    """Accounts that replaced another a short while ago."""

    title = _("new")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Waits because it is new"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(new_payees(at=now())) if self.value() == "1" else queryset


@register(PayoutMethod, site=platform_site)
class PayeeDesk(ReadDesk):
    needs = Needs(view=OPERATE)
    list_display = ("where", "organizer", "destination", "payable", "since")
    list_display_links = None
    list_filter = (WaitsFilter, ("provider", ProviderFilter))
    list_select_related = ("organizer",)
    search_fields = ("organizer__name__unaccent", "=destination")
    ordering = ("-pk",)
    pages = (
        Page("overview", rule_pages.method, OPERATE),
        Page("waiver", rule_pages.waiver, OPERATE),
        Page("confirmation", rule_pages.confirmation, OPERATE),
    )

    @display(description=_("provider"), ordering="provider")
    def where(self, method: PayoutMethod) -> SafeString:
        url = self.url("overview", method)
        return format_html('<a href="{}">{}</a>', url, provider_words(method.provider))

    @display(description=_("changed"), ordering="destination_since")
    def since(self, method: PayoutMethod) -> str:
        return in_utc(method.destination_since)


@register(Mail, site=platform_site)
class MailDesk(BuyersMailDesk):
    list_filter = ("state", IN_TROUBLE, MailKindFilter)
    only_about = ""
