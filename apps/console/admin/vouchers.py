from __future__ import annotations

from django.contrib.admin import display, register
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.console.badges import badge
from apps.console.desk import ListPage, Page, ReadDesk
from apps.console.filters import OrganizerFilter
from apps.console.scoped import Needs
from apps.console.selectors.vouchers import last_day
from apps.console.sites import organizer_site, platform_site
from apps.console.views import vouchers
from apps.core.money import Money
from apps.ledger.models import Entry
from apps.vouchers.models import GiftVoucher

MONEY = Capability.MANAGE_PAYOUTS

# What the books owe to whoever holds it; few entries each, so no checkpoint is needed.
_REST = (
    Entry.objects.filter(
        account__code=Concat(
            Value("voucher:"),
            Cast(OuterRef("pk"), CharField()),
            Value(":"),
            OuterRef("provider"),
            output_field=CharField(),
        ),
        account__currency=OuterRef("currency"),
    )
    .order_by()
    .values("account")
    .annotate(sum=Sum("amount_minor"))
    .values("sum")
)


@register(GiftVoucher, site=organizer_site)
@register(GiftVoucher, site=platform_site)
class GiftVoucherDesk(ReadDesk):
    needs = Needs(view=MONEY)
    list_display = ("name", "face", "rest", "whom", "status", "until", "note", "organizer")
    list_display_links = None
    list_filter = ("state", "origin", OrganizerFilter)
    list_select_related = ("organizer",)
    search_fields = (
        "reference",
        "ending",
        "recipient_name__unaccent",
        "recipient_email",
        "note__unaccent",
    )
    search_help_text = _("Number, the last four of the code, name, e-mail or note")
    ordering = ("-issued_at", "-pk")
    pages = (
        Page("overview", vouchers.overview, MONEY),
        Page("blocking", vouchers.blocking, MONEY),
        Page("replacement", vouchers.replacement, MONEY),
        Page("taking_back", vouchers.taking_back, MONEY),
        Page("pdf", vouchers.pdf, MONEY),
    )
    list_pages = (
        ListPage("new", vouchers.new, MONEY),
        ListPage("csv", vouchers.csv, MONEY),
    )
    list_tools = (("new", _("Issue a voucher")), ("csv", _("CSV")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[GiftVoucher]:
        found: QuerySet[GiftVoucher] = super().get_queryset(request)
        return found.annotate(rest_minor=-Coalesce(Subquery(_REST), 0))

    @display(description=_("voucher"), ordering="reference")
    def name(self, voucher: GiftVoucher) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.url("overview", voucher), voucher)

    @display(description=_("worth"), ordering="face_minor")
    def face(self, voucher: GiftVoucher) -> str:
        return str(voucher.face)

    @display(description=_("left"), ordering="rest_minor")
    def rest(self, voucher: GiftVoucher) -> str:
        minor: int = voucher.rest_minor  # type: ignore[attr-defined]  # annotated by the query
        return str(Money(minor, voucher.currency))

    @display(description=_("for whom"))
    def whom(self, voucher: GiftVoucher) -> str:
        return voucher.recipient_name or voucher.recipient_email or "–"

    @display(description=_("state"), ordering="state")
    def status(self, voucher: GiftVoucher) -> SafeString:
        return badge(voucher.state, voucher.get_state_display())

    @display(description=_("works until"), ordering="expires_at")
    def until(self, voucher: GiftVoucher) -> str:
        return last_day(voucher)
