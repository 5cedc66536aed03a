from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.organizer import Organizer


class ClubMember(models.Model):
    """An entry of an organizer's member list: may buy variants that are for members only."""

    organizer = models.ForeignKey(Organizer, on_delete=models.CASCADE, related_name="club_members")
    email = models.EmailField(_("e-mail"))  # lower case
    number = models.CharField(_("member number"), max_length=40, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("member list")
        constraints = [
            models.UniqueConstraint(fields=["organizer", "email"], name="club_member_once"),
        ]

    def __str__(self) -> str:
        return self.email
