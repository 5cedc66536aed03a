from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Message(models.Model):
    """A fact, written in the transaction that made it true."""

    topic = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)  # "orders.order:7"
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["topic", "created_at"])]

    def __str__(self) -> str:
        return f"{self.topic} {self.subject}"


class DeliveryState(models.TextChoices):
    PENDING = "pending", pgettext_lazy("delivery", "Pending")
    LEASED = "leased", _("Leased")
    DONE = "done", _("Done")
    PARKED = "parked", _("Parked")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def parked(self) -> DeliveryQuerySet:
        return self.filter(state=DeliveryState.PARKED)

    def waiting(self) -> DeliveryQuerySet:
        return self.filter(state__in=[DeliveryState.PENDING, DeliveryState.LEASED])


class Delivery(models.Model):
    """One message for one handler. The relay leases and enqueues it; only the handler makes it done."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=120)  # dotted path
    queue = models.CharField(max_length=20)
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    due_at = models.DateTimeField()  # pending: not before; leased: the lease lapses
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "handler"], name="delivery_once_per_handler"
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "due_at"],
                name="delivery_due_by_queue",
                condition=models.Q(state__in=["pending", "leased"]),
            ),
        ]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.message} -> {self.handler}"
