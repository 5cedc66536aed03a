from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer
from apps.core.bounded_time import BoundedTimeField
from apps.core.money import Money
from apps.core.transitions import Stateful
from apps.events.models import Event
from apps.variants.models import Variant
from apps.vouchers.states import (
    CODE_TRANSITIONS,
    UNFINISHED,
    VOUCHER_TRANSITIONS,
    CodeKind,
    CodeState,
    Origin,
    VoucherState,
)
from apps.vouchers.texts import TEXT_MAX

FREE, SPENT = "-infinity", "infinity"


class Code(Stateful):
    """
    A word that makes tickets cheaper or opens them. Its terms never change: end it and make another.

    It is used once for each order. budget: how many may use it; empty: as many as want to.
    """

    TRANSITIONS = CODE_TRANSITIONS

    organizer = models.ForeignKey(Organizer, on_delete=models.PROTECT, related_name="codes")
    event = models.ForeignKey(
        Event,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="codes",
        verbose_name=_("event"),
    )
    text = models.CharField(_("code"), max_length=TEXT_MAX)
    kind = models.CharField(_("kind"), max_length=10, choices=CodeKind.choices)
    percent = models.PositiveSmallIntegerField(_("per cent off"), default=0)
    amount_minor = models.PositiveBigIntegerField(_("off each ticket"), default=0)
    currency = models.CharField(max_length=3)
    least_minor = models.PositiveBigIntegerField(_("from a total of"), default=0)
    starts_at = models.DateTimeField(_("works from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("works until"), null=True, blank=True)
    per_person = models.PositiveSmallIntegerField(_("times per person"), null=True, blank=True)
    budget = models.PositiveIntegerField(_("times in all"), null=True, blank=True)
    variants: models.ManyToManyField[Variant, models.Model] = models.ManyToManyField(
        Variant, blank=True, related_name="codes", verbose_name=_("variants")
    )
    note = models.CharField(_("note"), max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=CodeState.choices, default=CodeState.LIVE)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("discount code")
        verbose_name_plural = _("discount codes")
        constraints = [
            models.UniqueConstraint(fields=["organizer", "text"], name="code_text_once"),
            models.CheckConstraint(
                condition=Q(kind=CodeKind.PERCENT, percent__gte=1, percent__lte=100, amount_minor=0)
                | Q(kind=CodeKind.FIXED, percent=0, amount_minor__gte=1)
                | Q(kind=CodeKind.ACCESS, percent=0, amount_minor=0),
                name="code_is_of_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(ends_at__gt=models.F("starts_at")),
                name="code_window",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def least(self) -> Money:
        return Money(self.least_minor, self.currency)


class CodeUse(models.Model):
    """
    One use of a code, owned by an order's claim or by nobody. A budget is so many numbered rows, so it
    cannot be overdrawn; a code without one gets a row, without a number, for each use.

    claimed_until: -infinity is free, a time is held until then, infinity is spent.
    """

    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="uses")
    number = models.PositiveIntegerField(null=True)  # 1.. of the budget
    claim = models.UUIDField(null=True)
    claimed_until = BoundedTimeField(default=FREE)
    buyer = models.CharField(max_length=60, blank=True)  # as Order.buyer
    email = models.EmailField(blank=True)  # from checkout on

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="code_use_number_once"),
            models.UniqueConstraint(fields=["claim"], name="code_use_one_for_a_claim"),
            # Free uses have no owner, claimed ones have one.
            models.CheckConstraint(
                condition=Q(claimed_until=FREE, claim__isnull=True)
                | (~Q(claimed_until=FREE) & Q(claim__isnull=False)),
                name="code_use_owner",
            ),
        ]
        indexes = [
            models.Index(
                fields=["code", "number"], name="code_use_free", condition=Q(claimed_until=FREE)
            ),
            models.Index(
                fields=["code", "claimed_until"],
                name="code_use_held",
                condition=Q(claimed_until__gt=FREE) & Q(claimed_until__lt=SPENT),
            ),
            models.Index(fields=["code", "buyer"], name="code_use_buyer"),
            models.Index(fields=["code", "email"], name="code_use_email"),
        ]

    def __str__(self) -> str:
        return f"{self.code_id}/{self.number or '-'}"


class GiftVoucher(Stateful):
    """
    Money on a card: a debt of its organizer to whoever holds its code. What is left of it is read from
    the books.

    The code is derived (`keys.py`) and not stored: the table has a keyed hash of it, to find it by,
    and its ending, for people. provider: where its money lies.
    """

    TRANSITIONS = VOUCHER_TRANSITIONS

    reference = models.CharField(_("number"), max_length=12, unique=True)
    organizer = models.ForeignKey(Organizer, on_delete=models.PROTECT, related_name="vouchers")
    provider = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    face_minor = models.PositiveBigIntegerField()
    origin = models.CharField(
        _("origin"), max_length=12, choices=Origin.choices, default=Origin.ISSUED
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ending = models.CharField(max_length=4)
    state = models.CharField(max_length=10, choices=VoucherState.choices, default=VoucherState.LIVE)
    recipient_name = models.CharField(_("for whom"), max_length=120, blank=True)
    recipient_email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(max_length=5, default="en")
    note = models.CharField(_("note"), max_length=120, blank=True)
    # Of the form that issued it: sent twice, it is issued once.
    key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    issued_by = models.CharField(max_length=80)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("gift voucher")
        verbose_name_plural = _("gift vouchers")
        indexes = [
            models.Index(
                fields=["expires_at"], name="voucher_due", condition=Q(state__in=UNFINISHED)
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(face_minor__gt=0), name="voucher_face"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("issued_at")), name="voucher_lives"
            ),
            models.CheckConstraint(
                condition=Q(origin=Origin.REPLACEMENT, replaces__isnull=False)
                | (~Q(origin=Origin.REPLACEMENT) & Q(replaces__isnull=True)),
                name="voucher_instead_of_which",
            ),
            models.CheckConstraint(
                condition=~Q(origin=Origin.REFUND, state=VoucherState.TAKEN_BACK),
                name="voucher_of_a_refund_is_the_buyer_s",
            ),
        ]

    def __str__(self) -> str:
        return f"••••{self.ending}"

    @property
    def subject(self) -> str:
        """What its own postings are about; those of a sale are about its order."""
        return f"{self._meta.label_lower}:{self.pk}"

    @property
    def face(self) -> Money:
        return Money(self.face_minor, self.currency)


class VoucherHold(models.Model):
    """
    What of a voucher an order is going to be paid with, under the order's claim.

    held_until: a time, after which others may have it; infinity: spent, and out of the books' balance.
    """

    voucher = models.ForeignKey(GiftVoucher, on_delete=models.PROTECT, related_name="holds")
    claim = models.UUIDField(unique=True)
    amount_minor = models.PositiveBigIntegerField()
    held_until = BoundedTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["voucher"], name="voucher_held", condition=Q(held_until__lt=SPENT))
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="voucher_hold_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} of {self.voucher_id}"
