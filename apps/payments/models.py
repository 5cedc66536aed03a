from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.money import Money
from apps.core.transitions import Stateful
from apps.outbox.models import Message
from apps.payments.states import (
    DISPUTE_TRANSITIONS,
    NOTICE_TRANSITIONS,
    PAYMENT_TRANSITIONS,
    REFUND_TRANSITIONS,
    DisputeState,
    NoticeState,
    PaymentState,
    RefundState,
)


class Payment(Stateful):
    """One attempt to take money. Written with its key and exact request before the provider is called."""

    TRANSITIONS = PAYMENT_TRANSITIONS

    reference = models.CharField(max_length=20, unique=True)  # what the provider knows it by
    # The customer's own key, opaque here; what the postings are about.
    purpose = models.CharField(max_length=80)
    provider = models.CharField(max_length=10)  # gateways.base.Kind
    state = models.CharField(
        max_length=20, choices=PaymentState.choices, default=PaymentState.CREATED
    )
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    request = models.JSONField(default=dict)  # the frozen request: a retry sends the same bytes
    attempt = models.PositiveSmallIntegerField(default=1)  # part of the idempotency keys
    ids = models.JSONField(default=dict)  # session, intent, charge | order, capture
    provider_id = models.CharField(max_length=120, blank=True)  # session or order id
    redirect_url = models.TextField(blank=True)  # Stripe's are longer than a URLField thinks
    reason = models.CharField(max_length=200, blank=True)

    pay_by = models.DateTimeField()  # no capture is begun after it
    provider_expires_at = models.DateTimeField(null=True, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)
    fee_minor = models.BigIntegerField(null=True, blank=True)  # the provider's, when known

    outcome_unknown = models.BooleanField(default=False)
    needs_review = models.BooleanField(default=False)
    superseded = models.BooleanField(default=False)  # its approval is not captured any more

    next_poll_at = models.DateTimeField(null=True, blank=True)
    polls = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes = [
            models.Index(fields=["purpose"]),
            models.Index(
                fields=["next_poll_at"],
                name="payment_to_poll",
                condition=Q(next_poll_at__isnull=False),
            ),
            # Refunds and disputes made at the provider name only a charge or a capture.
            GinIndex(fields=["ids"], name="payment_ids", opclasses=["jsonb_path_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_id"],
                name="payment_provider_id_once",
                condition=~Q(provider_id=""),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Refund(Stateful):
    """Money going back on one payment. The sum of those not failed or cancelled never exceeds it."""

    TRANSITIONS = REFUND_TRANSITIONS

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    state = models.CharField(
        max_length=20, choices=RefundState.choices, default=RefundState.REQUESTED
    )
    amount_minor = models.PositiveBigIntegerField()
    purpose = models.CharField(
        max_length=80
    )  # the customer's key; "" when adopted from the provider
    reason = models.CharField(max_length=200, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)  # part of the idempotency key
    fee_returned_minor = models.BigIntegerField(default=0)
    outcome_unknown = models.BooleanField(default=False)
    next_poll_at = models.DateTimeField(null=True, blank=True)
    polls = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        indexes = [
            models.Index(
                fields=["next_poll_at"],
                name="refund_to_poll",
                condition=Q(next_poll_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "provider_id"],
                name="refund_provider_id_once",
                condition=~Q(provider_id=""),
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.payment} refund {self.pk}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.payment.currency)


class Dispute(Stateful):
    """A buyer went to their bank, or to PayPal, instead of us: one case at a provider over one payment."""

    TRANSITIONS = DISPUTE_TRANSITIONS

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    provider = models.CharField(max_length=10)
    provider_id = models.CharField(max_length=120)
    state = models.CharField(
        max_length=12, choices=DisputeState.choices, default=DisputeState.INQUIRY
    )
    amount_minor = models.PositiveBigIntegerField()  # what it is about, perhaps less than was paid
    reason = models.CharField(max_length=80, blank=True)  # the provider's word for it
    is_refundable = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True, blank=True)  # until when evidence is taken
    opened_at = models.DateTimeField()  # the provider's time
    closed_at = models.DateTimeField(null=True, blank=True)

    # What the provider has moved so far, all in all, as told and as booked.
    withdrawn_minor = models.PositiveBigIntegerField(default=0)
    reinstated_minor = models.PositiveBigIntegerField(default=0)
    fee_minor = models.BigIntegerField(default=0)
    # Whose money it is about: kept from the organizer, or owed to the buyer anyway. The rest had gone
    # back before it came.
    reserved_minor = models.PositiveBigIntegerField(default=0)
    owed_minor = models.PositiveBigIntegerField(default=0)
    lost_minor = models.PositiveBigIntegerField(default=0)  # as booked
    booked = models.PositiveSmallIntegerField(default=0)  # how often: part of the postings' keys

    reminded_at = models.DateTimeField(null=True, blank=True)
    next_poll_at = models.DateTimeField(null=True, blank=True)
    polls = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        indexes = [
            models.Index(
                fields=["next_poll_at"],
                name="dispute_to_poll",
                condition=Q(next_poll_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_id"], name="dispute_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="dispute_positive"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=models.F("reserved_minor") + models.F("owed_minor")),
                name="dispute_takes_its_amount",
            ),
        ]

    def __str__(self) -> str:
        return self.provider_id

    @property
    def amount(self) -> Money:
        return self.money(self.amount_minor)

    @property
    def kept_minor(self) -> int:
        return self.reserved_minor + self.owed_minor

    def money(self, minor: int) -> Money:
        return Money(minor, self.payment.currency)


class DisputeAnswer(models.Model):
    """What we say to a dispute, once: evidence, or that it is right. Written before it is sent."""

    class Kind(models.TextChoices):
        EVIDENCE = "evidence", _("Evidence")
        ACCEPTANCE = "acceptance", _("Accepted")

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="answer")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField(blank=True)
    request = models.JSONField(default=dict)  # the exact evidence, as the provider takes it
    actor = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    refused = models.CharField(max_length=200, blank=True)  # the provider's final no

    def __str__(self) -> str:
        return f"{self.kind} for {self.dispute_id}"


class FraudWarning(models.Model):
    """A card network takes a payment for fraud, before anybody disputes it. Giving it back now is cheaper."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="fraud_warnings")
    provider = models.CharField(max_length=10)
    provider_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=80, blank=True)  # the provider's word for it
    actionable = models.BooleanField()  # no: it is refunded or disputed already
    warned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("fraud warning")
        verbose_name_plural = _("fraud warnings")
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_id"], name="fraud_warning_once"),
        ]

    def __str__(self) -> str:
        return self.provider_id


class ProviderNotice(Stateful):
    """A verified webhook, stored before it is understood. A hint where to look, never the truth."""

    TRANSITIONS = NOTICE_TRANSITIONS

    provider = models.CharField(max_length=10)
    endpoint = models.CharField(max_length=20)  # "platform", "connect"
    event_id = models.CharField(max_length=120)
    type = models.CharField(max_length=80)
    state = models.CharField(
        max_length=12, choices=NoticeState.choices, default=NoticeState.RECEIVED
    )
    subject = models.CharField(max_length=10, blank=True)  # gateways.base.Subject
    reference = models.CharField(max_length=127, blank=True)  # ours, as the provider repeats it
    ids = models.JSONField(default=dict)  # of the subject and what it belongs to
    account = models.CharField(max_length=60, blank=True)  # connected account
    livemode = models.BooleanField()
    body = models.JSONField()
    error = models.TextField(blank=True)
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )  # whose deliveries are the work for it
    created_at = models.DateTimeField()  # the provider's time
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("provider notice")
        verbose_name_plural = _("provider notices")
        indexes = [
            models.Index(fields=["received_at"]),
            models.Index(
                fields=["received_at"],
                name="notice_unfinished",
                condition=~Q(state__in=["processed", "ignored"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "endpoint", "event_id"], name="notice_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.type} {self.event_id}"
