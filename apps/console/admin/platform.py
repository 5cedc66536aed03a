"""Who sells, and who is who: seen by operators."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import display, register
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer, User
from apps.accounts.roles import Capability
from apps.console.admin.organizer import BuyersMailDesk, PayoutDesk
from apps.console.badges import badge
from apps.console.desk import NOBODYS, ORGANIZER_ITSELF, Desk, ListPage, Page, ReadDesk
from apps.console.scoped import Needs
from apps.console.sites import platform_site
from apps.console.views import payout as payout_pages
from apps.console.views import platform as platform_pages
from apps.notifications.models import Mail
from apps.payouts.models import Payout

# Operators have every capability; this one stands for "an operator's".
OPERATE = Capability.MANAGE_ORGANIZER


@register(Organizer, site=platform_site)
class OrganizerDesk(ReadDesk):
    organizer_path = ORGANIZER_ITSELF
    needs = Needs(view=OPERATE)
    list_display = ("name", "slug", "email", "status", "created_at")
    list_filter = ("state",)
    search_fields = ("name", "slug", "email")
    search_help_text = _("Name or e-mail")
    ordering = ("-pk",)
    pages = (
        Page("overview", platform_pages.organizer, OPERATE),
        Page("approval", platform_pages.approval, OPERATE),
        Page("rejection", platform_pages.rejection, OPERATE),
        Page("suspension", platform_pages.suspension, OPERATE),
        Page("agreement", platform_pages.agreement, OPERATE),
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
    search_fields = ("email", "name")
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
    list_filter = (*PayoutDesk.list_filter, "outcome_unknown")
    list_pages = (ListPage("run", payout_pages.run, OPERATE),)
    list_tools = (("run", _("Propose payouts")),)


@register(Mail, site=platform_site)
class MailDesk(BuyersMailDesk):
    list_filter = ("state", "kind")
    only_about = ""
