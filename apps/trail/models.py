from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.money import Money
from apps.core.origin import LENGTH_MAX


class MoneyActQuerySet(models.QuerySet["MoneyAct"]):
    def about(self, row: models.Model) -> MoneyActQuerySet:
        return self.filter(subject=subject_of(row))


class MoneyAct(models.Model):
    """Who did what to money, why, and from where. Append-only; written by `record.record` only."""

    act = models.CharField(_("act"), max_length=40)  # "payout.approve"
    subject = models.CharField(_("about"), max_length=80)  # "payouts.payout:7"
    actor = models.CharField(_("who"), max_length=80)
    origin = models.CharField(_("from where"), max_length=LENGTH_MAX)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    at = models.DateTimeField(_("when"))

    objects = MoneyActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act on money")
        verbose_name_plural = _("acts on money")
        indexes = [
            models.Index(fields=["subject"], name="act_subject"),
            models.Index(fields=["actor"], name="act_actor"),
            models.Index(fields=["act"], name="act_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(act__regex=r"^[a-z_]+\.[a-z_]+$"), name="act_is_a_verb_of_a_thing"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True, currency="")
                | Q(amount_minor__isnull=False) & ~Q(currency=""),
                name="act_amount_with_currency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"

    @property
    def amount(self) -> Money | None:
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)


class DaySeal(models.Model):
    """
    Closes what was written since the seal before it. Append-only, and a chain: `digest` covers its
    tables and the digest before it, so that nothing old can change without all later ones.
    """

    day = models.DateField(_("day"), unique=True)  # two runs at once make one seal
    rows = models.BigIntegerField(_("rows"))
    digest = models.CharField(_("digest"), max_length=64)
    previous_digest = models.CharField(max_length=64, blank=True, unique=True)  # a chain, no tree
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return f"{self.day} {self.digest[:12]}"


class SealedTable(models.Model):
    """The rows of one table that a seal covers: after_id < id <= up_to_id."""

    seal = models.ForeignKey(DaySeal, on_delete=models.PROTECT, related_name="tables")
    table = models.CharField(max_length=63)
    version = models.PositiveSmallIntegerField(
        default=1, db_default=1
    )  # of what is sealed of a row
    after_id = models.BigIntegerField()
    up_to_id = models.BigIntegerField()
    rows = models.BigIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of the rows, a line each

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal", "table"], name="sealed_table_once"),
            models.CheckConstraint(
                condition=Q(up_to_id__gte=models.F("after_id")), name="sealed_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.after_id} – {self.up_to_id}"


def subject_of(row: models.Model) -> str:
    """As postings and messages name it: "payouts.payout:7"."""
    return f"{row._meta.label_lower}:{row.pk}"
