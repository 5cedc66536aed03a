from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer


class Venue(models.Model):
    """A house with an address."""

    organizer = models.ForeignKey(Organizer, on_delete=models.CASCADE, related_name="venues")
    name = models.CharField(_("name"), max_length=120)
    street = models.CharField(_("street"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    city = models.CharField(_("city"), max_length=80)
    country = models.CharField(_("country"), max_length=2, default="DE")  # ISO 3166
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    access_notes = models.TextField(_("getting in without steps"), blank=True)

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"


class Seat(models.Model):
    """One chair of a venue. Its geometry comes with the seat map."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="seats")
    label = models.CharField(_("label"), max_length=60)  # "Parkett, row 9, seat 14"

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [models.UniqueConstraint(fields=["venue", "label"], name="seat_once")]

    def __str__(self) -> str:
        return self.label
