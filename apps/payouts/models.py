from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer, PayoutMethod, User
from apps.accounts.roles import Capability
from apps.core.money import Money
from apps.core.transitions import Stateful
from apps.events.models import Event
from apps.orders.models import Order
from apps.payouts.states import LIVING, PAYOUT_TRANSITIONS, UNSENT, PayoutState


class PayoutQuerySet(models.QuerySet["Payout"]):
    def of(self, user: User, *, to: Capability) -> PayoutQuerySet:
        return self.filter(organizer__in=Organizer.objects.of(user, to=to))

    def unsent(self) -> PayoutQuerySet:
        return self.filter(state__in=UNSENT)

    def living(self) -> PayoutQuerySet:
        """Those that pay, or have paid, what they account for."""
        return self.filter(state__in=LIVING)

    def due(self, *, at: datetime) -> PayoutQuerySet:
        return self.filter(next_poll_at__lte=at)


class Payout(Stateful):
    """
    What one provider sends one organizer in one currency. The ledger says how much.

    It accounts for the entries of the organizer's available account with
    after_entry < id <= up_to_entry: final when it is proposed, so its statement never changes.
    """

    TRANSITIONS = PAYOUT_TRANSITIONS

    reference = models.CharField(max_length=16, unique=True)  # sender_item_id, transfer_group
    organizer = models.ForeignKey(Organizer, on_delete=models.PROTECT, related_name="payouts")
    provider = models.CharField(max_length=10)
    state = models.CharField(
        max_length=12, choices=PayoutState.choices, default=PayoutState.PROPOSED
    )
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    after_entry = models.BigIntegerField()
    up_to_entry = models.BigIntegerField()
    # Who decided (services/persons.py). Above an amount two persons must.
    two_persons = models.BooleanField(default=False)
    proposed_by = models.CharField(max_length=80, default="system")
    endorsed_by = models.CharField(max_length=80, blank=True)
    approved_by = models.CharField(max_length=80, blank=True)
    destination = models.CharField(max_length=200)  # as the payout method was when approved
    note = models.CharField(max_length=120, blank=True)  # what the payee reads, as first sent
    ids = models.JSONField(default=dict)  # batch, item | transfer
    fee_minor = models.BigIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)  # what keeps it from arriving
    outcome_unknown = models.BooleanField(default=False)
    next_poll_at = models.DateTimeField(null=True, blank=True)
    polls = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)  # first tried

    objects = PayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        indexes = [
            models.Index(fields=["organizer", "created_at"]),
            models.Index(
                fields=["next_poll_at"],
                name="payout_to_poll",
                condition=Q(next_poll_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_positive"),
            models.CheckConstraint(
                condition=Q(up_to_entry__gte=F("after_entry")), name="payout_range"
            ),
            # Two runs at once make one payout.
            models.UniqueConstraint(
                fields=["organizer", "provider", "currency"],
                name="payout_one_at_a_time",
                condition=Q(state__in=["proposed", "endorsed", "approved", "sending"]),
            ),
            models.CheckConstraint(
                condition=Q(two_persons=False)
                | Q(state__in=["proposed", "endorsed", "cancelled"])
                | Q(approved_by__startswith="user:")
                & (Q(endorsed_by__startswith="user:") | Q(proposed_by__startswith="user:"))
                & ~Q(approved_by=F("endorsed_by"))
                & ~Q(approved_by=F("proposed_by")),
                name="payout_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def fee(self) -> Money:
        return Money(self.fee_minor, self.currency)

    @property
    def subject(self) -> str:
        """What its postings are about."""
        return f"{self._meta.label_lower}:{self.pk}"


class PayPalProof(models.Model):
    """
    Whether an address that is to be paid is read by who typed it: a code is mailed there. The code is
    derived from the row (services/prove_paypal.py), so none lies in the table.
    """

    organizer = models.ForeignKey(Organizer, on_delete=models.CASCADE, related_name="paypal_proofs")
    address = models.EmailField()
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    proven_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organizer", "created_at"], name="paypal_proof_recent")]
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=5), name="paypal_proof_tries"),
        ]

    def __str__(self) -> str:
        return f"{self.organizer_id}: {self.address}"


class PayeeWaiver(models.Model):
    """
    A new destination is paid before its time: one operator asks with a reason, another confirms.
    Of this destination only: the next change waits again.
    """

    method = models.ForeignKey(PayoutMethod, on_delete=models.CASCADE, related_name="waivers")
    destination = models.CharField(max_length=200)
    destination_since = models.DateTimeField()
    reason = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=80, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["method", "destination_since"], name="payee_waiver_once"
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("asked_by")), name="payee_waiver_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by="", confirmed_at=None)
                | ~Q(confirmed_by="") & Q(confirmed_at__isnull=False),
                name="payee_waiver_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method_id}: {self.reason}"


class Netting(models.Model):
    """An organizer's debt at one provider, settled from what is available at another."""

    organizer = models.ForeignKey(Organizer, on_delete=models.PROTECT, related_name="nettings")
    owing = models.CharField(max_length=10)  # the provider where the debt lies
    paying = models.CharField(max_length=10)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=200)
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) & ~Q(owing=F("paying")), name="netting_moves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency}: {self.paying} -> {self.owing}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def subject(self) -> str:
        return f"{self._meta.label_lower}:{self.pk}"


class PayoutOrder(models.Model):
    """An order whose money this payout carries: orders are marked with their payout."""

    payout = models.ForeignKey(Payout, on_delete=models.CASCADE, related_name="payout_orders")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payout_orders")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payout", "order"], name="payout_order_once")
        ]

    def __str__(self) -> str:
        return f"{self.payout_id}: {self.order_id}"


class EventRelease(models.Model):
    """The money of this event's orders was released; looked at again for late ones for a while."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="release")
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.event_id} at {self.checked_at}"
