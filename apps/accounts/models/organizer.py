from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.user import User
from apps.accounts.roles import Capability, Role, roles_with
from apps.accounts.states import ORGANIZER_TRANSITIONS, OrganizerState
from apps.core.transitions import Stateful

hex_colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour like #ff4d1a is expected."))


class OrganizerQuerySet(models.QuerySet["Organizer"]):
    def of(self, user: User, *, to: Capability) -> OrganizerQuerySet:
        """The organizers for which this user may do `to`."""
        return self.filter(
            memberships__user=user,
            memberships__role__in=roles_with(to),
            state__in=[OrganizerState.APPLIED, OrganizerState.APPROVED],
        )

    def approved(self) -> OrganizerQuerySet:
        return self.filter(state=OrganizerState.APPROVED)


class Organizer(Stateful):
    """A tenant: who sells. Money is collected for them as their agent."""

    TRANSITIONS = ORGANIZER_TRANSITIONS

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address in URLs"), max_length=60, unique=True)
    state = models.CharField(
        max_length=10, choices=OrganizerState.choices, default=OrganizerState.APPLIED
    )
    email = models.EmailField(_("contact e-mail"))
    about = models.TextField(_("about"), blank=True, help_text=_("Markdown"))
    website = models.URLField(_("website"), blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="de"
    )
    brand_colour = models.CharField(
        _("brand colour"), max_length=7, blank=True, validators=[hex_colour]
    )

    # Legal texts (Germany: Impressumspflicht, AGB, Widerrufsbelehrung). The version is stored with each order.
    imprint = models.TextField(_("imprint"), blank=True)
    terms = models.TextField(_("terms and conditions"), blank=True)
    withdrawal_notice = models.TextField(_("withdrawal notice"), blank=True)
    terms_version = models.PositiveIntegerField(default=1, editable=False)

    # Money
    release_days = models.PositiveIntegerField(
        _("days after the event until money is released"), default=3
    )
    release_at_sale = models.BooleanField(_("release money at once"), default=False)
    payout_reserve_minor = models.BigIntegerField(_("minimum reserve (minor units)"), default=0)
    payout_reserve_percent = models.DecimalField(
        _("reserve in per cent"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_(
            "Of what was released in the last 90 days. The larger of the two is kept back."
        ),
    )
    payout_minimum_minor = models.PositiveBigIntegerField(
        _("smallest payout (minor units)"), default=0
    )

    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrganizerQuerySet.as_manager()

    class Meta:
        verbose_name = _("organizer")
        verbose_name_plural = _("organizers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user in an organizer's team."""

    organizer = models.ForeignKey(Organizer, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team")
        constraints = [
            models.UniqueConstraint(fields=["organizer", "user"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class Invitation(models.Model):
    """An offer to join a team. The secret of its mailed link is derived (accounts/invitations.py)."""

    organizer = models.ForeignKey(Organizer, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["organizer", "email"],
                name="invitation_one_open",
                condition=models.Q(accepted_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.email
