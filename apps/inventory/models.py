from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.bounded_time import BoundedTimeField
from apps.events.models import Event
from apps.seating.models import Seat
from apps.variants.models import Variant

FREE, SOLD = "-infinity", "infinity"


class Quota(models.Model):
    """Something of an event that can sell out. Its capacity is the number of its places."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="quotas")
    name = models.CharField(_("name"), max_length=80)
    capacity = models.PositiveIntegerField(_("capacity"), default=0, editable=False)
    # The event's own cap (max_attendees): every variant of the event draws from it.
    is_event_cap = models.BooleanField(default=False, editable=False)
    variants: models.ManyToManyField[Variant, Draw] = models.ManyToManyField(
        Variant, through="Draw", related_name="quotas"
    )

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [
            models.UniqueConstraint(
                fields=["event"], condition=Q(is_event_cap=True), name="quota_one_event_cap"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Draw(models.Model):
    """A variant draws from a quota: each unit of it takes one place there."""

    quota = models.ForeignKey(Quota, on_delete=models.CASCADE, related_name="draws")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="draws")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["quota", "variant"], name="draw_once")]

    def __str__(self) -> str:
        return f"{self.variant_id} from {self.quota_id}"


class Place(models.Model):
    """
    One place, with one owner or none. Overselling cannot be written down.

    claimed_until: -infinity is free, a time is held until then, infinity is sold.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="places")
    quota = models.ForeignKey(Quota, on_delete=models.CASCADE, related_name="places")
    number = (
        models.PositiveIntegerField()
    )  # 1.. within the quota; the random start picks among them
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, null=True, blank=True)
    claimed_until = BoundedTimeField(default=FREE)
    claim = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quota", "number"], name="place_number_once"),
            models.UniqueConstraint(fields=["event", "seat"], name="place_seat_once"),
            # Free places have no owner, claimed ones have one.
            models.CheckConstraint(
                condition=Q(claimed_until=FREE, claim__isnull=True)
                | (~Q(claimed_until=FREE) & Q(claim__isnull=False)),
                name="place_owner",
            ),
        ]
        indexes = [
            models.Index(
                fields=["quota", "number"], name="place_free", condition=Q(claimed_until=FREE)
            ),
            models.Index(
                fields=["quota", "claimed_until"],
                name="place_held",
                condition=Q(claimed_until__gt=FREE) & Q(claimed_until__lt=SOLD),
            ),
            models.Index(fields=["claim"], name="place_claim", condition=Q(claim__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.quota_id}/{self.number}"
