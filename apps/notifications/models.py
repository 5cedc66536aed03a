from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer, User
from apps.accounts.roles import Capability
from apps.core.transitions import Stateful
from apps.notifications.kind_words import mail_words


class MailState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    BOUNCED = "bounced", _("Came back")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Not needed any more")


TROUBLE = (MailState.FAILED, MailState.BOUNCED)  # it reached nobody

MAIL_TRANSITIONS = {
    MailState.QUEUED: (MailState.SENDING, MailState.FAILED, MailState.SKIPPED),
    MailState.SENDING: (MailState.SENT, MailState.QUEUED, MailState.FAILED),
    MailState.SENT: (MailState.BOUNCED,),
    MailState.FAILED: (MailState.QUEUED,),
    MailState.BOUNCED: (MailState.QUEUED,),
}


class MailQuerySet(models.QuerySet["Mail"]):
    def about(self, thing: models.Model) -> MailQuerySet:
        return self.filter(about=label_of(thing))

    def of(self, user: User, *, to: Capability) -> MailQuerySet:
        """To buyers of their organizers; what the platform writes to people is not theirs to see."""
        return self.filter(
            organizer__in=Organizer.objects.of(user, to=to), about__startswith="orders.order:"
        )

    def in_trouble(self) -> MailQuerySet:
        return self.filter(state__in=TROUBLE)


class Mail(Stateful):
    """One mail to one person, with a state people can see."""

    TRANSITIONS = MAIL_TRANSITIONS

    kind = models.CharField(max_length=40)  # a key of notifications/messages.py
    to = models.EmailField()
    language = models.CharField(max_length=5)
    organizer = models.ForeignKey(
        Organizer, on_delete=models.SET_NULL, null=True, blank=True, related_name="mails"
    )
    about = models.CharField(max_length=80, blank=True)  # "orders.order:7"
    dedupe_key = models.CharField(max_length=120, unique=True)
    context = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    # As it was written when it was sent; forgotten after a while (messages.Kind.kept_for).
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    # How often nobody knows whether it went out: a crash or a timeout after it was handed over.
    doubts = models.PositiveSmallIntegerField(default=0)
    resends = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    sending_since = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            models.Index(fields=["about"]),
            models.Index(fields=["organizer", "created_at"]),
            models.Index(fields=["to", "kind", "created_at"]),
            models.Index(
                fields=["provider_id"], name="mail_provider_id", condition=~Q(provider_id="")
            ),
            models.Index(fields=["created_at"], name="mail_with_words", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"

    @property
    def called(self) -> str:
        """What it is."""
        return mail_words(self.kind)

    @property
    def title(self) -> str:
        """Its subject, which it has from when it is written."""
        return self.subject or self.called

    @property
    def about_id(self) -> int:
        return int(self.about.rpartition(":")[2])

    @property
    def idempotency_key(self) -> str:
        """The same for every try, another one after somebody asked for it again."""
        return f"parterre/{self.dedupe_key}/{self.resends}"


def label_of(thing: models.Model) -> str:
    return f"{thing._meta.label_lower}:{thing.pk}"
