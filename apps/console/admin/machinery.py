"""Money and machinery as operators see them: nothing here is changed by hand but set going again."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.admin import SimpleListFilter, display, register
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.console.badges import badge
from apps.console.desk import NOBODYS, ListPage, Page, ReadDesk
from apps.console.filters import ProviderFilter, only
from apps.console.scoped import Needs
from apps.console.selectors.owed import refunds_owed
from apps.console.sites import platform_site
from apps.console.views import books, payment
from apps.console.views import platform as platform_pages
from apps.console.words import provider_words
from apps.outbox.models import Delivery, DeliveryState
from apps.payments.models import Payment, ProviderNotice, Refund
from apps.reconciliation.health import NOTICES_STUCK, REFUNDS_IN_FLIGHT

OPERATE = Capability.MANAGE_ORGANIZER


MOVING = only("moving", _("on its way"), Q(state__in=REFUNDS_IN_FLIGHT))
STUCK = only("stuck", _("stuck"), Q(state__in=NOTICES_STUCK))


class MachineryDesk(ReadDesk):
    organizer_path = NOBODYS
    needs = Needs(view=OPERATE)


@register(Payment, site=platform_site)
class PaymentDesk(MachineryDesk):
    list_display = ("reference", "through", "sum", "status", "needs_review", "created_at")
    list_filter = ("needs_review", "outcome_unknown", "state", ("provider", ProviderFilter))
    search_fields = ("=reference", "=provider_id", "=purpose")
    search_help_text = _("Reference or provider's id")
    ordering = ("-pk",)
    pages = (
        Page("overview", payment.overview, OPERATE),
        Page("application", payment.application, OPERATE),
        Page("sending-back", payment.sending_back, OPERATE),
        Page("looking-over", payment.looking_over, OPERATE),
    )

    @display(description=_("provider"), ordering="provider")
    def through(self, payment: Payment) -> str:
        return provider_words(payment.provider)

    @display(description=_("amount"), ordering="amount_minor")
    def sum(self, payment: Payment) -> str:
        return str(payment.amount)

    @display(description=_("state"), ordering="state")
    def status(self, payment: Payment) -> SafeString:
        return badge(payment.state, payment.get_state_display())


class OwedFilter(SimpleListFilter):
    """What failed and was sent again in the end is not among these."""

    title = _("owed")
    parameter_name = "owed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Still owed to the buyer"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Refund]) -> QuerySet[Refund]:
        return queryset.filter(pk__in=refunds_owed()) if self.value() == "1" else queryset


@register(Refund, site=platform_site)
class RefundDesk(MachineryDesk):
    list_display = ("name", "sum", "status", "outcome_unknown", "created_at")
    list_filter = (
        MOVING,
        OwedFilter,
        "state",
        "outcome_unknown",
        "payment__needs_review",
        ("payment__provider", ProviderFilter),
    )
    list_select_related = ("payment",)
    search_fields = ("=payment__reference", "=provider_id")
    ordering = ("-pk",)
    pages = (Page("overview", books.refund, OPERATE),)

    @display(description=_("refund"), ordering="pk")
    def name(self, refund: Refund) -> str:
        return f"{provider_words(refund.payment.provider)} {refund.payment.reference}"

    @display(description=_("amount"), ordering="amount_minor")
    def sum(self, refund: Refund) -> str:
        return str(refund.amount)

    @display(description=_("state"), ordering="state")
    def status(self, refund: Refund) -> SafeString:
        return badge(refund.state, refund.get_state_display())


@register(ProviderNotice, site=platform_site)
class NoticeDesk(MachineryDesk):
    list_display = ("type", "through", "reference", "status", "received_at")
    list_filter = (STUCK, "state", ("provider", ProviderFilter), "endpoint", "subject")
    search_fields = ("=event_id", "=reference", "type")
    search_help_text = _("Event id, reference or type")
    ordering = ("-received_at", "-pk")
    pages = (
        Page("overview", books.notice, OPERATE),
        Page("replay", platform_pages.notice_replay, OPERATE),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProviderNotice]:
        return super().get_queryset(request).defer("body")

    @display(description=_("provider"), ordering="provider")
    def through(self, notice: ProviderNotice) -> str:
        return provider_words(notice.provider)

    @display(description=_("state"), ordering="state")
    def status(self, notice: ProviderNotice) -> SafeString:
        return badge(notice.state, notice.get_state_display())


@register(Delivery, site=platform_site)
class DeliveryDesk(MachineryDesk):
    list_display = ("topic", "handler", "status", "attempts", "due_at")
    list_filter = ("state", "queue")
    list_select_related = ("message",)
    search_fields = ("=message__subject", "message__topic", "handler")
    search_help_text = _("Topic, handler or what it is about")
    ordering = ("-pk",)
    pages = (
        Page("overview", books.delivery, OPERATE),
        Page("retry", platform_pages.delivery_retry, OPERATE),
    )
    list_pages = (ListPage("retries", platform_pages.deliveries_retry, OPERATE),)
    list_tools = (("retries", _("Retry what is parked")),)

    @display(description=_("topic"), ordering="message__topic")
    def topic(self, delivery: Delivery) -> str:
        return f"{delivery.message.topic} {delivery.message.subject}"

    @display(description=_("state"), ordering="state")
    def status(self, delivery: Delivery) -> SafeString:
        return badge(delivery.state, DeliveryState(delivery.state).label)


# By its label: audit stands beside the console on the ladder, and only its rows are shown.
@register(apps.get_model("audit", "AuditRun"), site=platform_site)
class AuditRunDesk(MachineryDesk):
    list_display = ("started_at", "ended_at", "checks", "broken")
    ordering = ("-started_at",)
    pages = (Page("overview", books.audit, OPERATE),)

    @display(description=_("broken"))
    def broken(self, run: object) -> int:
        findings: list[object] = run.findings  # type: ignore[attr-defined]  # annotated by the query
        return len(findings)
