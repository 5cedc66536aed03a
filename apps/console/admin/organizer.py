"""An organizer's own profile, money and mails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.admin import display, register
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer, PayoutMethod
from apps.accounts.roles import Capability
from apps.accounts.services.legal_texts import save_legal_texts
from apps.console.badges import badge
from apps.console.desk import ORGANIZER_ITSELF, Desk, ListPage, Page, ReadDesk
from apps.console.filters import OrganizerFilter, ProviderFilter, only
from apps.console.forms.organizer import LEGAL, ProfileForm
from apps.console.scoped import Needs
from apps.console.sites import organizer_site
from apps.console.views import mail as mail_pages
from apps.console.views import money as money_pages
from apps.console.views import payout as payout_pages
from apps.console.views import payout_methods as method_pages
from apps.console.views import payout_rules as rule_pages
from apps.console.words import provider_words
from apps.events.services.touch import touch_all_of
from apps.notifications.models import TROUBLE, Mail
from apps.payments.gateways.base import Kind
from apps.payments.gateways.registry import set_up
from apps.payouts.models import Payout

IN_TROUBLE = only("trouble", _("failed or came back"), Q(state__in=TROUBLE))
MANAGE = Capability.MANAGE_ORGANIZER
MONEY = Capability.MANAGE_PAYOUTS


@register(Organizer, site=organizer_site)
class ProfileDesk(Desk):
    organizer_path = ORGANIZER_ITSELF
    form = ProfileForm
    needs = Needs(view=MANAGE, change=MANAGE)
    list_display = ("name", "email", "status")
    search_fields = ("name__unaccent",)
    fieldsets = (
        (
            _("Profile"),
            {"fields": ("name", "email", "website", "about", ("language", "brand_colour"))},
        ),
        (
            _("Legal texts"),
            {
                "fields": LEGAL,
                "description": _(
                    "Every change makes a new version; each order keeps the version its buyer accepted."
                ),
            },
        ),
    )

    @display(description=_("state"))
    def status(self, organizer: Organizer) -> SafeString:
        return badge(organizer.state, organizer.get_state_display())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        plain = [name for name in form.changed_data if name not in LEGAL]
        obj.save(update_fields=plain)
        save_legal_texts(obj, form.texts(), actor=self.actor(request), at=now())
        touch_all_of(obj.pk)


@register(PayoutMethod, site=organizer_site)
class PayoutMethodDesk(ReadDesk):
    needs = Needs(view=MONEY)
    list_display = ("where", "organizer", "destination", "payable")
    list_display_links = None
    list_filter = (("provider", ProviderFilter), OrganizerFilter)
    list_select_related = ("organizer",)
    pages = (
        Page("overview", method_pages.overview, MONEY),
        Page("look", method_pages.look, MONEY),
        Page("onward", method_pages.onward, MONEY),
    )
    list_pages = (
        ListPage("paypal", method_pages.paypal, MONEY),
        ListPage("paypal-code", method_pages.paypal_code, MONEY),
        ListPage("stripe", method_pages.stripe, MONEY),
        ListPage("stripe-back", method_pages.stripe_back, MONEY),
    )
    list_tools = ((Kind.PAYPAL, "PayPal"), (Kind.STRIPE, "Stripe"))

    def tools(self) -> Sequence[tuple[str, Any]]:
        """Only a provider that can be asked can pay."""
        asked = set_up()
        return [tool for tool in self.list_tools if tool[0] in asked]

    @display(description=_("provider"), ordering="provider")
    def where(self, method: PayoutMethod) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', self.url("overview", method), provider_words(method.provider)
        )


@register(Payout, site=organizer_site)
class PayoutDesk(ReadDesk):
    needs = Needs(view=MONEY)
    list_display = ("number", "organizer", "where", "sum", "status", "created_at")
    list_display_links = None
    list_filter: ClassVar[tuple[Any, ...]] = (
        "state",
        ("provider", ProviderFilter),
        OrganizerFilter,
    )
    list_select_related = ("organizer",)
    search_fields = ("=reference",)
    ordering = ("-pk",)
    pages: ClassVar[Sequence[Page]] = (
        Page("overview", payout_pages.overview, MONEY),
        Page("pdf", payout_pages.pdf, MONEY),
        Page("csv", payout_pages.csv, MONEY),
    )
    list_pages: ClassVar[Sequence[ListPage]] = (
        ListPage("money", money_pages.money, MONEY),
        ListPage("coming", rule_pages.coming, MONEY),
    )
    list_tools: ClassVar[Sequence[tuple[str, Any]]] = (
        ("money", _("Your money")),
        ("coming", _("Coming payouts")),
    )

    @display(description=_("payout"), ordering="reference")
    def number(self, payout: Payout) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.url("overview", payout), payout)

    @display(description=_("provider"), ordering="provider")
    def where(self, payout: Payout) -> str:
        return provider_words(payout.provider)

    @display(description=_("amount"), ordering="amount_minor")
    def sum(self, payout: Payout) -> str:
        return str(payout.amount)

    @display(description=_("state"), ordering="state")
    def status(self, payout: Payout) -> SafeString:
        return badge(payout.state, payout.get_state_display())


@register(Mail, site=organizer_site)
class BuyersMailDesk(ReadDesk):
    """Mails to buyers; what the platform writes to people is not an organizer's to see."""

    only_about: ClassVar[str] = "orders.order:"
    needs = Needs(view=Capability.SEE_ORDERS)
    list_display = ("called", "to", "status", "queued_at", "sent_at")
    list_filter: ClassVar[tuple[Any, ...]] = ("state", IN_TROUBLE, OrganizerFilter)
    search_fields = ("to", "subject")
    search_help_text = _("Address or subject")
    ordering = ("-queued_at", "-pk")
    pages = (
        Page("overview", mail_pages.overview, Capability.SEE_ORDERS),
        Page("retry", mail_pages.retry, Capability.CHANGE_ORDERS),
    )

    def rows(self, request: HttpRequest, *, to: Capability) -> QuerySet[Mail]:
        rows: QuerySet[Mail] = super().rows(request, to=to)
        return rows.filter(about__startswith=self.only_about)

    @display(description=_("subject"), ordering="subject")
    def called(self, mail: Mail) -> str:
        return mail.title

    @display(description=_("state"), ordering="state")
    def status(self, mail: Mail) -> SafeString:
        return badge(mail.state, mail.get_state_display())
