from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import Capability
from apps.core.transitions import Stateful
from apps.events.models import Event
from apps.tickets.states import LIVING, TICKET_TRANSITIONS, TicketState
from apps.variants.models import Variant

REFERENCE_LENGTH = 12


class TicketQuerySet(models.QuerySet["Ticket"]):
    def living(self) -> TicketQuerySet:
        """Those that stand for a unit somebody owns: also a blocked one."""
        return self.filter(state__in=LIVING)

    def of(self, user: User, *, to: Capability) -> TicketQuerySet:
        return self.filter(event__in=Event.objects.of(user, to=to))


class Ticket(Stateful):
    """Admits one head. Its code is a signed token made from this row; nothing secret is stored."""

    TRANSITIONS = TICKET_TRANSITIONS

    reference = models.CharField(
        max_length=REFERENCE_LENGTH, unique=True
    )  # the token's sub; not guessable
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="tickets")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="tickets")
    state = models.CharField(max_length=12, choices=TicketState.choices, default=TicketState.VALID)
    version = models.PositiveSmallIntegerField(default=1)  # reissued: the old code dies
    holder_name = models.CharField(_("name"), max_length=120, blank=True)
    access_level = models.CharField(max_length=40, blank=True)
    place_label = models.CharField(max_length=60, blank=True)  # "Row 9, seat 14"
    issued_at = models.DateTimeField()
    # Which transaction changed it last; the database writes it (core/touched.py).
    touched = models.BigIntegerField(default=0, db_default=0, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = [
            models.Index(fields=["event", "state"]),
            models.Index(fields=["event", "touched", "id"], name="ticket_touched"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def spoken_reference(self) -> str:
        """As people read it aloud: 4Q7K-M2XD-9A0B."""
        return "-".join(self.reference[i : i + 4] for i in range(0, len(self.reference), 4))


class Reissue(models.Model):
    """Append-only: from then on only codes of this version open a door."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="reissues")
    version = models.PositiveSmallIntegerField()
    actor = models.CharField(max_length=80)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("new code of a ticket")
        verbose_name_plural = _("new codes of tickets")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "version"], name="reissue_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: version {self.version}"


class TicketView(models.Model):
    """Somebody who may see a ticket looked at it: once a day on record, as evidence that it was received."""

    class What(models.TextChoices):
        PAGE = "page", _("Page")
        PDF = "pdf", _("PDF")
        IMAGE = "image", _("Picture in a mail")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="views")
    what = models.CharField(max_length=5, choices=What.choices)
    day = models.DateField()
    seen_at = models.DateTimeField()  # the first time on that day

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "day", "what"], name="ticket_view_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.what} {self.day}"
