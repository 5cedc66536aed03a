"""Fee terms: agreed by operators, read by organizers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.admin import display, register
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.fees import Band
from apps.accounts.models import FeeTerms
from apps.accounts.roles import Capability
from apps.console.badges import badge
from apps.console.desk import ListPage, Page, ReadDesk
from apps.console.fee_words import in_words, span
from apps.console.filters import OrganizerFilter
from apps.console.scoped import Needs
from apps.console.sites import organizer_site, platform_site
from apps.console.views import fees as fee_pages

# Operators have every capability; this one stands for "an operator's".
OPERATE = Capability.MANAGE_ORGANIZER


@register(FeeTerms, site=platform_site)
class FeeTermsDesk(ReadDesk):
    needs = Needs(view=OPERATE)
    list_display = ("whose", "what", "which_currency", "status", "when", "note")
    list_display_links = None
    list_filter = (OrganizerFilter,)
    list_select_related = ("organizer",)
    ordering = ("-starts_at", "-pk")
    pages: ClassVar[Sequence[Page]] = (
        Page("overview", fee_pages.overview, OPERATE),
        Page("withdrawal", fee_pages.withdrawal, OPERATE),
    )
    list_pages: ClassVar[Sequence[ListPage]] = (ListPage("new", fee_pages.new, OPERATE),)
    list_tools: ClassVar[Sequence[tuple[str, Any]]] = (("new", _("New terms")),)

    def rows(self, request: HttpRequest, *, to: Capability) -> QuerySet[FeeTerms]:
        rows = super().rows(request, to=to)
        return FeeTerms.objects.filter(pk__in=rows.values("pk")).with_their_end(at=now())

    @display(description=_("for"), ordering="organizer__name")
    def whose(self, terms: FeeTerms) -> SafeString:
        name = terms.organizer.name if terms.organizer else gettext("everybody")
        return format_html('<a href="{}">{}</a>', self.url("overview", terms), name)

    @display(description=_("what the platform keeps"))
    def what(self, terms: FeeTerms) -> str:
        words = in_words([Band.read(band) for band in terms.bands], terms.currency or "EUR")
        return "; ".join(words) or gettext("the usual")

    @display(description=_("currency"), ordering="currency")
    def which_currency(self, terms: FeeTerms) -> str:
        return terms.currency or gettext("every currency")

    @display(description=_("state"))
    def status(self, terms: FeeTerms) -> SafeString:
        shown = span(terms, at=now())
        return badge(shown.state, shown.label)

    @display(description=_("holds"), ordering="starts_at")
    def when(self, terms: FeeTerms) -> str:
        return span(terms, at=now()).when


@register(FeeTerms, site=organizer_site)
class OwnFeesDesk(FeeTermsDesk):
    """Their own terms; who has none is shown what holds for everybody."""

    pages = (Page("overview", fee_pages.overview, Capability.MANAGE_ORGANIZER),)
    list_pages = (ListPage("now", fee_pages.mine, Capability.MANAGE_ORGANIZER),)
    list_tools = (("now", _("What the platform keeps")),)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        if self.has_view_permission(request) and not self.get_queryset(request).exists():
            return redirect(self.url("now"))
        return super().changelist_view(request, extra_context)
