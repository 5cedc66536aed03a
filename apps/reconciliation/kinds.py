"""
What can differ between a provider, our books and our orders, or waits for a person before its time is
up; and what can be done about it.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    PAID_WITHOUT_ORDER = "paid_without_order", _("Paid, but no order")
    ORDER_WITHOUT_MONEY = "order_without_money", _("Order, but no money")
    AMOUNT_DIFFERS = "amount_differs", _("Amount differs")
    FEE_DIFFERS = "fee_differs", _("Provider's fee differs")
    FEE_UNKNOWN = "fee_unknown", _("Provider's fee unknown")
    REFUND_MISSING = "refund_missing", _("Refund missing")
    PAYOUT_DIFFERS = "payout_differs", _("Payout differs")
    UNKNOWN_MONEY = "unknown_money", _("Money that nobody knows")
    BALANCE_DIFFERS = "balance_differs", _("Balance differs")
    DISPUTE_UNANSWERED = "dispute_unanswered", _("Dispute needs evidence")
    FRAUD_WARNING = "fraud_warning", _("Fraud warning")


class Fix(models.TextChoices):
    """What an operator accepts with one click."""

    ASK = "ask", _("Ask the provider again")
    FINISH = "finish", _("Finish the order")
    SEND_BACK = "send_back", _("Send the money back")
    ADOPT = "adopt", _("Take the refund into the books")
    REBOOK = "rebook", _("Book what the provider says")
    BOOK_FEE = "book_fee", _("Book as the provider's fee")
    BOOK_TRANSFER = "book_transfer", _("Book as a bank transfer")
    SUSPEND = "suspend", _("Book as not explained yet")
    WRITE_OFF = "write_off", _("Book as our loss")
    NOT_SENT = "not_sent", _("It was never sent")
    ACCEPT_LOSS = "accept_loss", _("Accept the loss")
    REFUND = "refund", _("Refund the order")
