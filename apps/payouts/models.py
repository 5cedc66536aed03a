from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer
from apps.core.money import Money
from apps.core.transitions import Stateful
from apps.orders.models import Order
from apps.payouts.states import PAYOUT_TRANSITIONS, PayoutState


class Payout(Stateful):
    """What one provider sends one organizer in one currency. The ledger says how much."""

    TRANSITIONS = PAYOUT_TRANSITIONS

    reference = models.CharField(max_length=16, unique=True)  # sender_item_id, transfer_group
    organizer = models.ForeignKey(Organizer, on_delete=models.PROTECT, related_name="payouts")
    provider = models.CharField(max_length=10)
    state = models.CharField(
        max_length=12, choices=PayoutState.choices, default=PayoutState.PROPOSED
    )
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    destination = models.CharField(max_length=200)  # as the payout method was when approved
    ids = models.JSONField(default=dict)  # batch, item | transfer
    fee_minor = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    outcome_unknown = models.BooleanField(default=False)
    next_poll_at = models.DateTimeField(null=True, blank=True)
    polls = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_positive"),
            # Two runs at once make one payout.
            models.UniqueConstraint(
                fields=["organizer", "provider", "currency"],
                name="payout_one_at_a_time",
                condition=Q(state__in=["proposed", "approved", "sending"]),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class PayoutOrder(models.Model):
    """An order whose money this payout carries: orders are marked with their payout."""

    payout = models.ForeignKey(Payout, on_delete=models.CASCADE, related_name="payout_orders")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payout_orders")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payout", "order"], name="payout_order_once")
        ]

    def __str__(self) -> str:
        return f"{self.payout_id}: {self.order_id}"
