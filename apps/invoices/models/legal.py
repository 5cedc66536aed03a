from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer


class LegalEntity(models.Model):
    """Who issues: an organizer to its buyers, and the platform (the row without an organizer) to organizers."""

    organizer = models.OneToOneField(
        Organizer, on_delete=models.PROTECT, null=True, blank=True, related_name="legal_entity"
    )
    name = models.CharField(
        _("name in law"),
        max_length=160,
        blank=True,
        help_text=_("With its legal form, as it is registered: Lichtbogen Konzerte GmbH."),
    )
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, default="DE")
    register = models.CharField(
        _("register entry"), max_length=120, blank=True, help_text=_("HRB 12345, Hamburg")
    )
    vat_id = models.CharField(_("VAT id"), max_length=20, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    small_business = models.BooleanField(
        _("small business, charges no VAT"),
        default=False,
        help_text=_("Germany: § 19 UStG. Austria: § 6 Abs. 1 Z 27 UStG."),
    )
    exemption = models.CharField(
        _("why what is sold at 0 % is exempt"),
        max_length=200,
        blank=True,
        help_text=_("Printed on invoices, for example: exempt under § 4 Nr. 20 a UStG."),
    )
    prefix = models.CharField(
        _("prefix of the numbers"),
        max_length=8,
        blank=True,
        validators=[RegexValidator(r"^[A-Z0-9]*$", _("Capital letters and digits."))],
        help_text=_("If your own invoices are numbered the same way: LB makes LB-INV-2026-00001."),
    )
    # The platform's alone.
    tax_rate = models.DecimalField(
        _("VAT on fees in per cent"),
        max_digits=5,
        decimal_places=2,
        default=19,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    complete_at = models.DateTimeField(null=True, blank=True, editable=False)  # since when

    class Meta:
        verbose_name = _("legal data")
        verbose_name_plural = _("legal data")
        constraints = [
            models.UniqueConstraint(
                fields=["organizer"],
                name="legal_entity_one_platform",
                condition=Q(organizer=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(complete_at=None)
                | ~Q(name="")
                & ~Q(street="")
                & ~Q(postcode="")
                & ~Q(city="")
                & (~Q(vat_id="") | ~Q(tax_number="")),
                name="legal_entity_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.organizer or _("the platform"))


class VatCheck(models.Model):
    """What VIES said of a VAT id: a fact of that day. Append-only; the newest answer counts."""

    class Answer(models.TextChoices):
        VALID = "valid", _("in use")
        INVALID = "invalid", _("not in use")
        UNREACHABLE = "unreachable", _("VIES did not answer")

    vat_id = models.CharField(max_length=20)
    answer = models.CharField(max_length=12, choices=Answer.choices)
    request_id = models.CharField(max_length=80, blank=True)  # the proof that we asked
    name = models.CharField(max_length=200, blank=True)  # as VIES knows it
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["vat_id", "id"])]

    def __str__(self) -> str:
        return f"{self.vat_id}: {self.answer}"
