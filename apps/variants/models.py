from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.money import Money
from apps.core.transitions import Stateful
from apps.events.models import Event
from apps.variants.states import VARIANT_TRANSITIONS, VariantState


class VariantQuerySet(models.QuerySet["Variant"]):
    def shown(self) -> VariantQuerySet:
        """To everybody."""
        return self.on_sale().filter(with_code_only=False)

    def on_sale(self) -> VariantQuerySet:
        """Also those that only a code opens."""
        return self.filter(state__in=[VariantState.LIVE, VariantState.SOLD_OUT])


class Variant(Stateful):
    """A kind of ticket: what is sold, at what price, to whom, when."""

    TRANSITIONS = VARIANT_TRANSITIONS

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="variants")
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=240, blank=True)
    price_minor = models.PositiveBigIntegerField(
        _("price"), help_text=_("Gross, with tax and all fees, in minor units (cents).")
    )
    tax_rate = models.DecimalField(
        _("tax rate in per cent"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(7),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    state = models.CharField(
        max_length=10, choices=VariantState.choices, default=VariantState.DRAFT
    )
    sales_from = models.DateTimeField(_("on sale from"), null=True, blank=True)
    sales_until = models.DateTimeField(_("on sale until"), null=True, blank=True)
    min_per_order = models.PositiveSmallIntegerField(_("at least per order"), default=1)
    max_per_order = models.PositiveSmallIntegerField(_("at most per order"), default=10)
    access_level = models.CharField(_("access level"), max_length=40, blank=True)
    members_only = models.BooleanField(_("for members only"), default=False)
    with_code_only = models.BooleanField(
        _("with a code only"),
        default=False,
        help_text=_("Shown and sold to who enters a code that opens it."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    # What a buyer may give back by themselves. It is frozen into an order when it is placed.
    refund_hours = models.PositiveSmallIntegerField(
        _("refundable until, hours before the start"),
        null=True,
        blank=True,
        help_text=_("24 is a day, 168 a week. Empty: buyers cannot give these tickets back."),
    )
    refund_percent = models.PositiveSmallIntegerField(
        _("so much comes back, in per cent"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    refund_keeps_fee = models.BooleanField(
        _("the service fee does not come back"),
        default=False,
        help_text=_("Then it costs you nothing, and the buyer the fee."),
    )

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(min_per_order__gte=1, max_per_order__gte=F("min_per_order")),
                name="variant_order_limits",
            ),
            models.CheckConstraint(
                condition=Q(sales_from__isnull=True)
                | Q(sales_until__isnull=True)
                | Q(sales_until__gt=F("sales_from")),
                name="variant_sales_window",
            ),
            models.CheckConstraint(
                condition=Q(refund_percent__gte=1, refund_percent__lte=100),
                name="variant_refund_percent",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.event.currency)

    def opens_later(self, *, at: datetime) -> bool:
        return self.sales_from is not None and at < self.sales_from

    def closed(self, *, at: datetime) -> bool:
        """The default end of sales is the end of the event."""
        return at >= (self.sales_until or self.event.ends_at)
