from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.organizer import Organizer


class PayoutMethod(models.Model):
    """Where an organizer's money held at one provider is sent. Its row is the payee lock."""

    organizer = models.ForeignKey(
        Organizer, on_delete=models.CASCADE, related_name="payout_methods"
    )
    provider = models.CharField(_("provider"), max_length=10)  # "stripe", "paypal"
    destination = models.CharField(
        _("account"),
        max_length=200,
        help_text=_("PayPal: e-mail or merchant id. Stripe: account id."),
    )
    payable = models.BooleanField(_("can be paid"), default=False)
    missing = models.JSONField(default=list, blank=True)  # what the provider still asks for
    # When it replaced another; None: it is the first. A new one waits before it is paid.
    destination_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("payout method")
        verbose_name_plural = _("payout methods")
        constraints = [
            models.UniqueConstraint(fields=["organizer", "provider"], name="payout_method_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.destination}"
