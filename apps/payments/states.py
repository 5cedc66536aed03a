from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentState(models.TextChoices):
    CREATED = "created", _("Created")
    AWAITING_BUYER = "awaiting_buyer", _("Waiting for the buyer")
    APPROVED = "approved", _("Approved")
    PROCESSING = "processing", _("Being processed")
    CAPTURED = "captured", _("Paid")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


_ENDS = (PaymentState.FAILED, PaymentState.CANCELLED, PaymentState.EXPIRED)

# Monotonic; late money makes an ended payment captured after all.
PAYMENT_TRANSITIONS = {
    PaymentState.CREATED: (
        PaymentState.AWAITING_BUYER,
        PaymentState.APPROVED,
        PaymentState.PROCESSING,
        PaymentState.CAPTURED,
        *_ENDS,
    ),
    PaymentState.AWAITING_BUYER: (
        PaymentState.APPROVED,
        PaymentState.PROCESSING,
        PaymentState.CAPTURED,
        *_ENDS,
    ),
    PaymentState.APPROVED: (PaymentState.PROCESSING, PaymentState.CAPTURED, *_ENDS),
    PaymentState.PROCESSING: (PaymentState.CAPTURED, *_ENDS),
    PaymentState.FAILED: (PaymentState.CAPTURED,),
    PaymentState.CANCELLED: (PaymentState.CAPTURED,),
    PaymentState.EXPIRED: (PaymentState.CAPTURED,),
}


class RefundState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    SUBMITTING = "submitting", _("Being sent")
    PENDING = "pending", _("On its way")
    SUCCEEDED = "succeeded", _("Refunded")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


REFUND_TRANSITIONS = {
    RefundState.REQUESTED: (RefundState.SUBMITTING, RefundState.CANCELLED),
    RefundState.SUBMITTING: (
        RefundState.PENDING,
        RefundState.SUCCEEDED,
        RefundState.FAILED,
        RefundState.CANCELLED,
    ),
    RefundState.PENDING: (RefundState.SUCCEEDED, RefundState.FAILED, RefundState.CANCELLED),
    RefundState.SUCCEEDED: (RefundState.FAILED,),  # banks send it back days later
}


class DisputeState(models.TextChoices):
    INQUIRY = "inquiry", _("Question of the bank")
    OPEN = "open", _("Disputed")
    UNDER_REVIEW = "under_review", _("Under review")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    WITHDRAWN = "withdrawn", _("Dropped")


_DECIDED = (DisputeState.WON, DisputeState.LOST, DisputeState.WITHDRAWN)

# Monotonic: a bank that asks for more during its review changes the deadline, not the state.
DISPUTE_TRANSITIONS = {
    DisputeState.INQUIRY: (DisputeState.OPEN, DisputeState.UNDER_REVIEW, *_DECIDED),
    DisputeState.OPEN: (DisputeState.UNDER_REVIEW, *_DECIDED),
    DisputeState.UNDER_REVIEW: _DECIDED,
}
DISPUTE_RUNNING = (DisputeState.INQUIRY, DisputeState.OPEN, DisputeState.UNDER_REVIEW)
# The provider has taken the money, or will not let it go back another way.
DISPUTE_HOLDING = (DisputeState.OPEN, DisputeState.UNDER_REVIEW)


class NoticeState(models.TextChoices):
    RECEIVED = "received", _("Received")
    PROCESSING = "processing", _("Being processed")
    PROCESSED = "processed", _("Processed")
    IGNORED = "ignored", _("Ignored")
    FAILED = "failed", _("Failed")
    PARKED = "parked", _("Parked")


NOTICE_TRANSITIONS = {
    NoticeState.RECEIVED: (NoticeState.PROCESSING, NoticeState.IGNORED),
    NoticeState.PROCESSING: (NoticeState.PROCESSED, NoticeState.IGNORED, NoticeState.FAILED),
    NoticeState.FAILED: (NoticeState.PROCESSING, NoticeState.PARKED),
    NoticeState.PARKED: (NoticeState.PROCESSING,),
}
