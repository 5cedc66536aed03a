from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.fees import agreed_with_event
from apps.accounts.models import Organizer, User
from apps.accounts.models.organizer import hex_colour
from apps.accounts.roles import Capability
from apps.accounts.states import OrganizerState
from apps.core.transitions import Stateful
from apps.events.states import EVENT_TRANSITIONS, EventState
from apps.seating.models import Venue

CURRENCIES = [
    (code, code)
    for code in ("EUR", "CHF", "GBP", "USD", "DKK", "SEK", "NOK", "PLN", "CZK", "HUF", "JPY")
]


class EventQuerySet(models.QuerySet["Event"]):
    def public(self) -> EventQuerySet:
        """What anybody may open: published, and what was published once."""
        return self.filter(organizer__state=OrganizerState.APPROVED).exclude(state=EventState.DRAFT)

    def upcoming(self, *, at: datetime) -> EventQuerySet:
        return self.filter(state=EventState.PUBLISHED, ends_at__gt=at)

    def soonest_first(self) -> EventQuerySet:
        return self.order_by("starts_at", "id")

    def with_fees(self) -> EventQuerySet:
        """With the fee terms that may hold for it, for `fees.terms_of`: no query of their own."""
        return self.annotate(fee_terms=agreed_with_event())

    def of(self, user: User, *, to: Capability) -> EventQuerySet:
        return self.filter(organizer__in=Organizer.objects.of(user, to=to))


class Event(Stateful):
    """The concert: what happens, where and when. A date of a series is an event of its own."""

    TRANSITIONS = EVENT_TRANSITIONS

    organizer = models.ForeignKey(Organizer, on_delete=models.PROTECT, related_name="events")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="events")
    title = models.CharField(_("title"), max_length=140)
    slug = models.SlugField(_("address in URLs"), max_length=80, unique=True)
    summary = models.CharField(_("in one sentence"), max_length=240, blank=True)
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown"))
    poster = models.ImageField(_("poster"), upload_to="posters/", blank=True)
    colour = models.CharField(
        _("signal colour"),
        max_length=7,
        blank=True,
        validators=[hex_colour],
        help_text=_("Empty: the organizer's brand colour."),
    )
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="de"
    )
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES, default="EUR")
    timezone = models.CharField(_("time zone"), max_length=40, default="Europe/Berlin")
    doors_at = models.DateTimeField(_("doors"), null=True, blank=True)
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    # The latest end it was on sale with, when its team brought it forward (services/end.py).
    sold_until = models.DateTimeField(null=True, blank=True, editable=False)
    state = models.CharField(max_length=10, choices=EventState.choices, default=EventState.DRAFT)
    max_attendees = models.PositiveIntegerField(
        _("most people in all"),
        null=True,
        blank=True,
        help_text=_("A cap over all variants. Empty: none."),
    )
    # Frozen in each sale: another choice counts for orders from then on.
    buyers_bear_fee = models.BooleanField(
        _("buyers bear the platform's fee"),
        default=False,
        help_text=_("It comes on top of the prices below, and is named wherever a price is shown."),
    )
    # Grows when something a cached public page shows has changed.
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["state", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(doors_at__isnull=True) | Q(doors_at__lte=F("starts_at")),
                name="event_doors_before_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def kept_until(self) -> datetime:
        """When it has kept what its buyers were promised: their money is released some days after that."""
        return max(self.ends_at, self.sold_until or self.ends_at)

    @property
    def signal(self) -> str:
        """The colour of its poster: "#rrggbb" or "" for ink."""
        return self.colour or self.organizer.brand_colour
