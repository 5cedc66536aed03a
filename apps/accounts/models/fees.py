from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.organizer import Organizer


class FeeTermsQuerySet(models.QuerySet["FeeTerms"]):
    def living(self) -> FeeTermsQuerySet:
        return self.filter(withdrawn_at__isnull=True)

    def with_their_end(self, *, at: datetime) -> FeeTermsQuerySet:
        """
        ends_at: when newer terms, also of the organizer or also of everybody, replace them. apart: single
        currencies whose own terms have begun since; those of every currency hold on for the others.
        """
        rivals = self.model.objects.living().alias(whose=_whose("organizer"))
        rivals = rivals.filter(whose=_whose(OuterRef("organizer")))
        newer = rivals.filter(currency__in=["", OuterRef("currency")])
        newer = newer.filter(starts_at__gt=OuterRef("starts_at")).order_by("starts_at")
        apart = rivals.exclude(currency="").filter(starts_at__range=(OuterRef("starts_at"), at))
        return self.annotate(
            ends_at=Subquery(newer.values("starts_at")[:1]),
            apart=ArraySubquery(apart.order_by("currency").values("currency").distinct()),
        )


def _whose(organizer: str | OuterRef) -> Coalesce:
    """Of everybody's terms a number, too, since no NULL equals another."""
    return Coalesce(organizer, 0, output_field=models.BigIntegerField())


class FeeTerms(models.Model):
    """
    What the platform keeps of a sale, from a moment on until newer terms begin.

    Only ever added: what has begun is never changed, what has not may be withdrawn (a trigger holds it).
    """

    # Empty: for everybody who has no terms of their own.
    organizer = models.ForeignKey(
        Organizer, on_delete=models.PROTECT, null=True, blank=True, related_name="fee_terms"
    )
    # Empty: in every currency; then there are no amounts in it, only a percentage.
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    # fees.Band as text; none: as for everybody, or for everybody as the settings say.
    bands = models.JSONField(default=list, blank=True)
    passes_provider_fee = models.BooleanField(
        _("the organizer bears what the provider keeps of a payment"), default=False
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("from"))
    created_at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=60, blank=True)

    objects = FeeTermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("fee terms")
        verbose_name_plural = _("fee terms")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organizer", "currency", "starts_at"],
                name="fee_terms_one_living",
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(starts_at__gte=F("created_at")), name="fee_terms_not_backwards"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__lt=F("starts_at")),
                name="fee_terms_withdrawn_before_they_begin",
            ),
        ]

    def __str__(self) -> str:
        return f"fee terms {self.pk}"
