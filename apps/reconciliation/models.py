from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.money import Money
from apps.core.transitions import Stateful
from apps.payments.models import Payment, Refund
from apps.payouts.models import Payout
from apps.reconciliation.kinds import Fix, Kind
from apps.reconciliation.states import CASE_TRANSITIONS, LIVING, CaseState


class BankTransfer(models.Model):
    """
    Money that operators moved between a provider's balance and our bank account, booked by hand.
    Append-only; a mistake is put right by a transfer the other way.
    """

    provider = models.CharField(_("provider"), max_length=10)
    amount_minor = models.BigIntegerField()  # to the bank; below zero from it
    currency = models.CharField(_("currency"), max_length=3)
    moved_on = models.DateField(_("day"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    key = models.UUIDField(unique=True)  # of the form: sent twice is booked once
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("bank transfer")
        verbose_name_plural = _("bank transfers")
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="bank_transfer_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.moved_on}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def subject(self) -> str:
        """What its posting is about."""
        return f"{self._meta.label_lower}:{self.pk}"


class BalanceLine(models.Model):
    """
    A line of a provider's statement as last seen, and the row of ours it is about. Never the truth of
    ours: nothing is booked because of it, it can be read again at any time.
    """

    provider = models.CharField(max_length=10)
    provider_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)  # payments.gateways.balances.LineKind
    type = models.CharField(max_length=60)  # the provider's word
    gross_minor = models.BigIntegerField()  # below zero when it left us
    fee_minor = models.BigIntegerField()  # kept by the provider
    net_minor = models.BigIntegerField()  # what the balance changed by
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=120, blank=True)  # the provider's id of what it is about
    ids = models.JSONField(default=dict)  # which of them our row would know
    reference = models.CharField(max_length=127, blank=True)  # ours, as the provider repeats it
    at = models.DateTimeField()
    available_on = models.DateTimeField()
    seen_at = models.DateTimeField()  # first

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="+")
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, null=True, related_name="+")
    transfer = models.OneToOneField(
        BankTransfer, on_delete=models.PROTECT, null=True, related_name="line"
    )

    class Meta:
        verbose_name = _("line of a provider's statement")
        verbose_name_plural = _("providers' statements")
        indexes = [
            models.Index(fields=["provider", "at"], name="line_by_time"),
            # Whose row may still come.
            models.Index(
                fields=["id"],
                name="line_unlinked",
                condition=Q(payment=None, payout=None, transfer=None)
                | Q(kind__in=["refund", "refund_back"], refund=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_id"], name="balance_line_once"),
            models.CheckConstraint(
                condition=Q(net_minor=F("gross_minor") - F("fee_minor")),
                name="balance_line_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.provider_id}"

    @property
    def gross(self) -> Money:
        return Money(self.gross_minor, self.currency)

    @property
    def net(self) -> Money:
        return Money(self.net_minor, self.currency)


class RunQuerySet(models.QuerySet["Run"]):
    def read(self) -> RunQuerySet:
        """Those that read all they set out to read."""
        return self.filter(ended_at__isnull=False, error="")


class Run(models.Model):
    """One reading of a provider's statement, from one time to another. Runs leave no gap."""

    provider = models.CharField(max_length=10)
    since = models.DateTimeField()
    until = models.DateTimeField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # empty: it runs, or was killed
    lines = models.PositiveIntegerField(default=0)
    new_lines = models.PositiveIntegerField(default=0)
    unavailable = models.BooleanField(default=False)  # this account may not read its statement
    error = models.CharField(max_length=200, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading of a statement")
        verbose_name_plural = _("readings of statements")
        indexes = [models.Index(fields=["provider", "-started_at"], name="run_latest")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="run_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.since:%Y-%m-%d %H:%M} – {self.until:%Y-%m-%d %H:%M}"


class BalanceReading(models.Model):
    """
    What a provider says lies there, what our books say, and what is left when all that is known to be
    in only one of them is taken out.
    """

    provider = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    theirs_minor = models.BigIntegerField()
    ours_minor = models.BigIntegerField()
    unexplained_minor = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading of a balance")
        verbose_name_plural = _("readings of balances")
        indexes = [models.Index(fields=["provider", "currency", "-id"], name="reading_latest")]

    def __str__(self) -> str:
        return f"{self.provider} {self.currency} at {self.at:%Y-%m-%d %H:%M}"

    @property
    def theirs(self) -> Money:
        return Money(self.theirs_minor, self.currency)

    @property
    def ours(self) -> Money:
        return Money(self.ours_minor, self.currency)

    @property
    def unexplained(self) -> Money:
        return Money(self.unexplained_minor, self.currency)


class CaseQuerySet(models.QuerySet["Case"]):
    def living(self) -> CaseQuerySet:
        return self.filter(state__in=LIVING)

    def open(self) -> CaseQuerySet:
        """Those that wait for somebody."""
        return self.filter(state__in=[CaseState.OPEN, CaseState.FIXING])


class Case(Stateful):
    """
    A difference that was found, until it is found no more. It is opened and closed by looking
    (`services/look.py`); an operator accepts a fix, or says why it may stay.
    """

    TRANSITIONS = CASE_TRANSITIONS

    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    subject = models.CharField(max_length=80)  # "payments.payment:7", "balance:stripe:EUR"
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    provider = models.CharField(_("provider"), max_length=10)
    amount_minor = models.BigIntegerField()  # what it is about, for the list
    currency = models.CharField(max_length=3)
    story = models.JSONField(default=dict)  # facts, from which words.py makes sentences
    fix = models.CharField(  # empty: only a person at the provider can tell
        _("proposal"), max_length=16, choices=Fix.choices, blank=True
    )
    found_at = models.DateTimeField(_("found"))
    last_seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=80, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [models.Index(fields=["state", "found_at"], name="case_waiting")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                name="case_once",
                condition=Q(state__in=["open", "fixing", "ignored"]),
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None)),
                name="case_closed_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def subject_id(self) -> int:
        return int(self.subject.rpartition(":")[2])

    def age(self, *, at: datetime) -> timedelta:
        return (self.closed_at or at) - self.found_at


class Deed(models.TextChoices):
    ACCEPTED = "accepted", _("Fix accepted")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    IGNORED = "ignored", _("Ignored")
    REOPENED = "reopened", _("Opened again")


class CaseAct(models.Model):
    """What somebody did about a case, and what came of it. Append-only: see the migrations."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="acts")
    deed = models.CharField(max_length=10, choices=Deed.choices)
    fix = models.CharField(max_length=16, choices=Fix.choices, blank=True)
    actor = models.CharField(max_length=80)
    reason = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=200, blank=True)  # why it failed, in the code's words
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(deed="ignored") | ~Q(reason=""), name="case_ignored_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.deed}"
