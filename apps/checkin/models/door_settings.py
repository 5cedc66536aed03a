from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.events.models import Event


class EntryRule(models.TextChoices):
    ONCE = "once", _("Once, and that is it")
    WITH_EXIT = "with_exit", _("Again after being scanned out")
    PER_DAY = "per_day", _("Some times a day")


class Unsynced(models.TextChoices):
    """What an offline phone does with a code that is signed but newer than its data."""

    ADMIT = "admit", _("Let them in, marked")
    REFUSE = "refuse", _("Refuse")


class DoorSettings(models.Model):
    """How an event's door behaves. An event without a row has the defaults (`settings_of`)."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="door_settings")
    entry_rule = models.CharField(
        _("a ticket goes in"), max_length=10, choices=EntryRule.choices, default=EntryRule.ONCE
    )
    entries_per_day = models.PositiveSmallIntegerField(
        _("times a day"), default=1, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    day_starts_at = models.PositiveSmallIntegerField(
        _("a day begins at"),
        default=6 * 60,
        validators=[MaxValueValidator(24 * 60 - 1)],
        help_text=_("Minutes after midnight on the event's clock: a night belongs to its evening."),
    )
    unsynced = models.CharField(
        _("tickets newer than the phone's data"),
        max_length=6,
        choices=Unsynced.choices,
        default=Unsynced.ADMIT,
    )
    names_offline = models.BooleanField(_("names and notes on the phones"), default=True)
    start_pin = models.BooleanField(_("phones ask for a PIN when they start"), default=False)
    slow_after_ms = models.PositiveIntegerField(
        _("a call is slow after (ms)"),
        default=1500,
        validators=[MinValueValidator(300), MaxValueValidator(10_000)],
    )
    offline_after = models.PositiveSmallIntegerField(
        _("slow or failed calls until a phone goes offline"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    # Raised by every change of what phones must know of the door; they then read it again.
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("door settings")
        verbose_name_plural = _("door settings")

    def __str__(self) -> str:
        return f"{self.event_id}: {self.entry_rule}"


def settings_of(event: Event) -> DoorSettings:
    """Its row, or an unsaved one with the defaults."""
    try:
        return event.door_settings
    except DoorSettings.DoesNotExist:
        return DoorSettings(event=event)
