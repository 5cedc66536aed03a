"""The books, for operators: read only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import SimpleListFilter, display, register
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer
from apps.console.admin.machinery import OPERATE, MachineryDesk
from apps.console.book_words import KINDS, kind_words, names_of_accounts
from apps.console.desk import ListPage, Page
from apps.console.named import name_rows
from apps.console.sites import platform_site
from apps.console.templatetags.console import in_utc
from apps.console.views import ledger
from apps.ledger.balances import balances_of
from apps.ledger.chart import Code, of_organizers
from apps.ledger.models import LedgerAccount, Posting

ORGANIZERS_MAX = 200


class OwnerFilter(SimpleListFilter):
    """Whose accounts; their codes say it."""

    title = _("organizer")
    parameter_name = "organizer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        named = Organizer.objects.order_by("name").values_list("pk", "name")
        return [(str(pk), name) for pk, name in named[:ORGANIZERS_MAX]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        whose = of_organizers([int(value)]) if value.isdecimal() else "^$"
        return queryset.filter(code__regex=whose)


@register(LedgerAccount, site=platform_site)
class LedgerAccountDesk(MachineryDesk):
    list_display = ("account", "name", "currency", "balance")
    list_display_links = None
    list_filter = (OwnerFilter, "currency")
    search_fields = ("code",)
    search_help_text = _("Code, e.g. org:7")
    ordering = ("code", "currency")
    pages = (Page("overview", ledger.account, OPERATE),)
    list_pages = (
        ListPage("trial-balance", ledger.trial_balance, OPERATE),
        ListPage("trial-balance/csv", ledger.trial_balance_csv, OPERATE),
    )
    list_tools = (("trial-balance", _("Trial balance")),)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """What is asked once for a page of accounts, not once for each."""
        changelist = super().get_changelist_instance(request)
        rows = changelist.result_list = list(changelist.result_list)
        names = names_of_accounts(row.code for row in rows)
        balances = balances_of([Code(row.code) for row in rows])
        for row in rows:
            row.words, row.stands = names[row.code], balances.get((row.code, row.currency), "–")
        return changelist

    @display(description=_("account"), ordering="code")
    def account(self, account: LedgerAccount) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.url("overview", account), account.code)

    @display(description=_("name"))
    def name(self, account: Any) -> str:
        return str(account.words)

    @display(description=_("balance (debit is positive)"))
    def balance(self, account: Any) -> str:
        return str(account.stands).replace("-", "−")


class KindFilter(SimpleListFilter):
    title = _("kind")
    parameter_name = "kind__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return sorted(((kind, kind_words(kind)) for kind in KINDS), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@register(Posting, site=platform_site)
class PostingDesk(MachineryDesk):
    list_display = ("what", "about", "key", "booked")
    list_display_links = None
    list_filter = (KindFilter,)
    search_fields = ("=key", "=subject")
    search_help_text = _("Key or subject, e.g. orders.order:7")
    ordering = ("-pk",)
    pages = (Page("overview", ledger.posting, OPERATE),)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        return name_rows(super().get_changelist_instance(request), request)

    @display(description=_("kind"), ordering="kind")
    def what(self, posting: Posting) -> SafeString:
        url = self.url("overview", posting)
        return format_html('<a href="{}">{}</a>', url, kind_words(posting.kind))

    @display(description=_("What it is about"), ordering="subject")
    def about(self, posting: Any) -> str:
        return str(posting.subject_words)

    @display(description=_("when"), ordering="pk")
    def booked(self, posting: Posting) -> str:
        return in_utc(posting.at)
