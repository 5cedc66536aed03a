"""What differs between providers, books and orders, and what operators do about it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import display, register
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.console.admin.machinery import OPERATE, MachineryDesk
from apps.console.badges import badge, whole
from apps.console.desk import ListPage, Page
from apps.console.filters import ProviderFilter
from apps.console.named import name_rows
from apps.console.sites import platform_site
from apps.console.views import cases, platform_money, treasury
from apps.reconciliation.models import BalanceLine, BankTransfer, Case
from apps.reconciliation.words import provider_name


@register(Case, site=platform_site)
class CaseDesk(MachineryDesk):
    list_display = ("kind", "about", "sum", "where", "status", "fix", "age")
    list_filter = ("state", "kind", ("provider", ProviderFilter))
    search_fields = ("=subject", "story")
    search_help_text = _("Subject, e.g. payments.payment:7, or a reference")
    ordering = ("-found_at", "-pk")
    pages = (
        Page("overview", cases.overview, OPERATE),
        Page("mending", cases.mending, OPERATE),
        Page("ignoring", cases.ignoring, OPERATE),
        Page("reopening", cases.reopening, OPERATE),
    )
    list_pages = (
        ListPage("money", platform_money.money, OPERATE),
        ListPage("health", cases.providers, OPERATE),
    )
    list_tools = (("health", _("Health of the providers")),)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        return name_rows(super().get_changelist_instance(request), request)

    @display(description=_("What it is about"), ordering="subject")
    def about(self, case: Any) -> str:
        return str(case.subject_words)

    @display(description=_("amount"), ordering="amount_minor")
    def sum(self, case: Case) -> SafeString:
        return whole(case.amount)

    @display(description=_("provider"), ordering="provider")
    def where(self, case: Case) -> str:
        return provider_name(case.provider)

    @display(description=_("state"), ordering="state")
    def status(self, case: Case) -> SafeString:
        return badge(case.state, case.get_state_display())

    @display(description=_("age"), ordering="found_at")
    def age(self, case: Case) -> str:
        days = case.age(at=now()).days
        return ngettext("%d day", "%d days", days) % days


@register(BankTransfer, site=platform_site)
class BankTransferDesk(MachineryDesk):
    list_display = ("moved_on", "where", "sum", "note", "who")
    list_filter = (("provider", ProviderFilter), "currency")
    ordering = ("-moved_on", "-pk")
    pages = (Page("overview", treasury.transfer, OPERATE),)
    list_pages = (ListPage("new", treasury.new_transfer, OPERATE),)
    list_tools = (("new", _("Book a transfer")),)

    @display(description=_("provider"), ordering="provider")
    def where(self, transfer: BankTransfer) -> str:
        return provider_name(transfer.provider)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        return name_rows(super().get_changelist_instance(request), request)

    @display(description=_("who"), ordering="actor")
    def who(self, transfer: Any) -> str:
        return str(transfer.actor_words)

    @display(description=_("to the bank"), ordering="amount_minor")
    def sum(self, transfer: BankTransfer) -> str:
        return str(transfer.amount)


@register(BalanceLine, site=platform_site)
class BalanceLineDesk(MachineryDesk):
    list_display = ("at", "where", "type", "sum", "net_sum", "source")
    list_filter = (("provider", ProviderFilter), "kind")
    search_fields = ("=provider_id", "=source", "=reference")
    search_help_text = _("Provider's id or our reference")
    ordering = ("-at", "-pk")
    pages = (Page("overview", treasury.line, OPERATE),)

    @display(description=_("provider"), ordering="provider")
    def where(self, line: BalanceLine) -> str:
        return provider_name(line.provider)

    @display(description=_("amount"), ordering="gross_minor")
    def sum(self, line: BalanceLine) -> str:
        return str(line.gross)

    @display(description=_("changed the balance by"), ordering="net_minor")
    def net_sum(self, line: BalanceLine) -> str:
        return str(line.net)
