from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import display, register
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.accounts.roles import Capability
from apps.console.desk import ListPage, Page, ReadDesk
from apps.console.filters import EventFilter, OrganizerFilter
from apps.console.moments import dated
from apps.console.scoped import Needs
from apps.console.sites import organizer_site, platform_site
from apps.console.views import invoices as invoice_pages
from apps.console.views import legal as legal_pages
from apps.invoices.kinds import OF_ORGANIZER
from apps.invoices.models import Invoice
from apps.invoices.selectors import Waiting, waiting_of

SEE = Capability.SEE_ORDERS


class InvoiceEventFilter(EventFilter):
    path: ClassVar[str] = "order__event"


@register(Invoice, site=organizer_site)
@register(Invoice, site=platform_site)
class InvoiceDesk(ReadDesk):
    needs = Needs(view=SEE)
    list_display = ("document", "what", "date", "to", "order_link", "sum")
    list_display_links = None
    list_filter = ("kind", InvoiceEventFilter, "issued_on", OrganizerFilter)
    list_select_related = ("order", "draft")
    search_fields = (
        "=number",
        "=order__reference",
        "recipient__name__unaccent",
        "recipient__vat_id",
    )
    search_help_text = _("Number, order or recipient")
    ordering = ("-issued_at", "-pk")
    pages = (
        Page("overview", invoice_pages.overview, SEE),
        Page("pdf", invoice_pages.pdf, SEE),
        Page("xml", invoice_pages.xml, SEE),
    )
    list_pages = (
        ListPage("legal-data", legal_pages.legal, Capability.MANAGE_ORGANIZER),
        ListPage("series", invoice_pages.series, SEE),
        ListPage("csv", invoice_pages.csv, SEE),
    )
    list_tools = (("legal-data", _("Legal data")), ("series", _("Numbers")), ("csv", _("CSV")))

    def rows(self, request: HttpRequest, *, to: Capability) -> QuerySet[Invoice]:
        """What the platform charges is for those who see the money."""
        rows: QuerySet[Invoice] = super().rows(request, to=to)
        payees = self.access(request).organizers(Capability.MANAGE_PAYOUTS)
        return rows.filter(Q(kind__in=OF_ORGANIZER) | Q(organizer__in=payees))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        if request.method == "GET" and not self.access(request).everybody:
            mine = self.access(request).organizers(SEE).values_list("pk", flat=True)
            for waits in waiting_of(mine):
                messages.warning(request, _sentence(waits))
        return super().changelist_view(request, extra_context)

    @display(description=_("number"), ordering="number")
    def document(self, invoice: Invoice) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.url("overview", invoice), invoice)

    @display(description=_("kind"), ordering="kind")
    def what(self, invoice: Invoice) -> str:
        return str(invoice.get_kind_display())

    @display(description=_("issued"), ordering="issued_at")
    def date(self, invoice: Invoice) -> str:
        return dated(invoice.issued_on)

    @display(description=_("recipient"))
    def to(self, invoice: Invoice) -> str:
        return str(invoice.recipient.get("name", "")) or "–"

    @display(description=_("order"), ordering="order")
    def order_link(self, invoice: Invoice) -> str:
        return str(invoice.order or "")

    @display(description=_("amount"), ordering="gross_minor")
    def sum(self, invoice: Invoice) -> str:
        return str(-invoice.gross if invoice.is_credit else invoice.gross)


def _sentence(waits: Waiting) -> str:
    text = ngettext(
        "%(count)d invoice of %(name)s waits. Missing in the legal data: %(missing)s.",
        "%(count)d invoices of %(name)s wait. Missing in the legal data: %(missing)s.",
        waits.count,
    )
    name = waits.entity.organizer.name if waits.entity.organizer else _now("the platform")
    return text % {"count": waits.count, "name": name, "missing": ", ".join(waits.missing)}
