from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderState(models.TextChoices):
    OPEN = "open", _("Open")
    PENDING = "pending", _("Waiting for payment")
    PAID = "paid", _("Paid")
    COMPLETED = "completed", _("Completed")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")


UNPAID = (OrderState.OPEN, OrderState.PENDING)

ORDER_TRANSITIONS = {
    OrderState.OPEN: (
        OrderState.PENDING,
        OrderState.PAID,
        OrderState.EXPIRED,
        OrderState.CANCELLED,
    ),
    OrderState.PENDING: (
        OrderState.OPEN,
        OrderState.PAID,
        OrderState.EXPIRED,
        OrderState.CANCELLED,
    ),
    # Late money: the places were still ours, or could be claimed again.
    OrderState.EXPIRED: (OrderState.PAID,),
    OrderState.CANCELLED: (OrderState.PAID,),
    OrderState.PAID: (OrderState.COMPLETED,),
    OrderState.COMPLETED: (OrderState.PAID,),
}


class Channel(models.TextChoices):
    WEB = "web", _("Web")
    API = "api", _("API")
    GUEST_LIST = "guest_list", _("Guest list")
    BOX_OFFICE = "box_office", _("Box office")


class RefundKind(models.TextChoices):
    WHOLE = "whole", _("Whole order")
    TICKETS = "tickets", _("Single tickets")
    AMOUNT = "amount", _("An amount")
    ADOPTED = "adopted", _("Made at the provider")
