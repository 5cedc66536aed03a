from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer
from apps.core.transitions import Stateful


class MailState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    BOUNCED = "bounced", _("Came back")
    FAILED = "failed", _("Failed")


MAIL_TRANSITIONS = {
    MailState.QUEUED: (MailState.SENDING,),
    MailState.SENDING: (MailState.SENT, MailState.QUEUED, MailState.FAILED),
    MailState.SENT: (MailState.BOUNCED,),
    MailState.FAILED: (MailState.QUEUED,),
    MailState.BOUNCED: (MailState.QUEUED,),
}


class Mail(Stateful):
    """One mail to one person, with a state people can see."""

    TRANSITIONS = MAIL_TRANSITIONS

    kind = models.CharField(max_length=40)  # a key of notifications/messages.py
    to = models.EmailField()
    language = models.CharField(max_length=5)
    organizer = models.ForeignKey(
        Organizer, on_delete=models.SET_NULL, null=True, blank=True, related_name="mails"
    )
    about = models.CharField(max_length=80)  # "orders.order:7"
    dedupe_key = models.CharField(max_length=120, unique=True)
    context = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [models.Index(fields=["about"]), models.Index(fields=["organizer", "created_at"])]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"
