from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.money import Money
from apps.orders.models.order import Order, OrderLine, Unit
from apps.orders.states import RefundKind
from apps.payments.models import Refund
from apps.vouchers.models import GiftVoucher


class OrderRefund(models.Model):
    """
    One decision to give money of an order back. Append-only, and it stands when the provider's refund
    fails: then the money is owed to the buyer.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    # Empty: nothing was paid for these tickets, or all of it had gone back already.
    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="order_refund"
    )
    # Onto which gift voucher the part goes that was paid with one; the rest goes back at the provider.
    voucher = models.ForeignKey(
        GiftVoucher, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds"
    )
    voucher_minor = models.PositiveBigIntegerField(default=0)
    kind = models.CharField(max_length=8, choices=RefundKind.choices)
    amount_minor = models.PositiveBigIntegerField()
    fee_back_minor = models.PositiveBigIntegerField()  # of the platform's fee, to the organizer
    back_on_sale = models.BooleanField(default=True)  # the places of its tickets
    reason = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=80)
    # Made on the page, or sent by a program: the same request again is the same refund.
    key = models.CharField(max_length=120, blank=True)
    request_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("refund of an order")
        verbose_name_plural = _("refunds of orders")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "key"], name="order_refund_once", condition=~Q(key="")
            ),
            models.CheckConstraint(
                condition=Q(fee_back_minor__lte=F("amount_minor")), name="order_refund_fee"
            ),
            models.CheckConstraint(
                condition=Q(voucher__isnull=True, voucher_minor=0)
                | Q(
                    voucher__isnull=False, voucher_minor__gt=0, voucher_minor__lte=F("amount_minor")
                ),
                name="order_refund_to_voucher",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor} of {self.order_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.order.currency)

    @property
    def to_voucher(self) -> Money:
        return Money(self.voucher_minor, self.order.currency)

    @property
    def to_provider(self) -> Money:
        return self.amount - self.to_voucher

    @property
    def fee_back(self) -> Money:
        return Money(self.fee_back_minor, self.order.currency)


class OrderRefundLine(models.Model):
    """What of a line went back: with a ticket that died, or (no unit) an amount off the line."""

    order_refund = models.ForeignKey(OrderRefund, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="refund_lines")
    unit = models.OneToOneField(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="refund_line"
    )
    amount_minor = models.PositiveBigIntegerField()
    tax_minor = models.PositiveBigIntegerField()  # contained in the amount
    # What the ticket was worth beyond the amount; below zero: some of that went back after all.
    kept_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(tax_minor__lte=F("amount_minor")), name="order_refund_line_tax"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} of line {self.line_id}"
