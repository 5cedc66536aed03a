from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer, User
from apps.accounts.roles import Capability
from apps.core.money import Money
from apps.core.transitions import Stateful
from apps.events.models import Event
from apps.inventory.models import Place
from apps.orders.states import ORDER_TRANSITIONS, UNPAID, Channel, OrderState
from apps.payments.models import Payment
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from apps.variants.refund_policy import RefundPolicy
from apps.vouchers.models import Code, GiftVoucher


class OrderQuerySet(models.QuerySet["Order"]):
    def unpaid(self) -> OrderQuerySet:
        return self.filter(state__in=UNPAID)

    def of(self, user: User, *, to: Capability) -> OrderQuerySet:
        return self.filter(organizer__in=Organizer.objects.of(user, to=to))


class Order(Stateful):
    """One purchase. Its claim owns the places; its payments are joined by OrderPayment."""

    TRANSITIONS = ORDER_TRANSITIONS

    reference = models.CharField(max_length=12, unique=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="orders")
    organizer = models.ForeignKey(Organizer, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.OPEN)
    channel = models.CharField(max_length=12, choices=Channel.choices, default=Channel.WEB)

    # Who buys: "user:7", "browser:<uuid>", "device:3:<uuid>" at the box office; never a typed e-mail.
    buyer = models.CharField(max_length=60)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="orders",
    )
    address_hash = models.CharField(
        max_length=32, blank=True
    )  # keyed hash of the IP address, for limits
    email = models.EmailField(_("e-mail"), blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    holder_names = models.JSONField(
        default=list, blank=True
    )  # one per unit, "" for the buyer's name
    # To whom the invoice goes: billing.Billing; empty: to the buyer's name alone.
    billing = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=5, default="en")
    key_version = models.PositiveSmallIntegerField(default=1)  # a new one: the old link dies

    currency = models.CharField(max_length=3)
    total_minor = models.PositiveBigIntegerField()
    fee_minor = models.PositiveBigIntegerField(default=0)  # the platform's, contained in the total
    buyer_fee_minor = models.PositiveBigIntegerField(default=0)  # of it, on top: all or nothing
    discount_minor = models.PositiveBigIntegerField(default=0)  # taken off by its code beforehand
    code = models.ForeignKey(
        Code,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("discount code"),
    )
    # A gift voucher pays this much of the total; the rest is paid at a provider.
    voucher = models.ForeignKey(
        GiftVoucher,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("gift voucher"),
    )
    voucher_minor = models.PositiveBigIntegerField(default=0)
    passes_provider_fee = models.BooleanField(default=False)  # to the organizer, by contract

    claim = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pay_by = models.DateTimeField()  # what the buyer sees
    # After it, expiry does not look before this; empty: it has not looked yet.
    next_look_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    late = models.BooleanField(default=False)  # paid after it had ended
    # The buyer chose again: money for this one goes back, whatever is still free.
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces"
    )

    terms_version = models.PositiveIntegerField(default=0)
    terms_accepted_at = models.DateTimeField(null=True, blank=True)

    idempotency_scope = models.CharField(max_length=80, blank=True)
    idempotency_key = models.CharField(max_length=120, blank=True)
    request_hash = models.CharField(max_length=64, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            models.Index(fields=["email", "event"]),
            models.Index(fields=["event", "state", "created_at"]),
            models.Index(fields=["organizer", "created_at"]),
            models.Index(
                fields=["pay_by"], name="order_due", condition=Q(state__in=["open", "pending"])
            ),
            models.Index(
                fields=["address_hash"],
                name="order_holds",
                condition=Q(state__in=["open", "pending"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["buyer", "event"],
                name="order_one_open_per_buyer",
                condition=Q(state__in=["open", "pending"]),
            ),
            models.UniqueConstraint(
                fields=["idempotency_scope", "idempotency_key"],
                name="order_idempotency",
                condition=~Q(idempotency_key=""),
            ),
            models.CheckConstraint(
                condition=Q(voucher__isnull=True, voucher_minor=0)
                | Q(
                    voucher__isnull=False, voucher_minor__gt=0, voucher_minor__lte=F("total_minor")
                ),
                name="order_paid_by_voucher",
            ),
            models.CheckConstraint(
                condition=~Q(channel=Channel.BOX_OFFICE)
                | Q(voucher_minor=0)
                | Q(voucher_minor=F("total_minor")),
                name="order_of_a_till_or_a_voucher",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def subject(self) -> str:
        """What its postings are about."""
        return f"{self._meta.label_lower}:{self.pk}"

    @property
    def has_details(self) -> bool:
        """Whoever stands at the box office needs no name, and has the terms before their eyes."""
        known = bool(self.email and self.name and self.terms_accepted_at)
        return known or self.channel == Channel.BOX_OFFICE

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def by_voucher(self) -> Money:
        return Money(self.voucher_minor, self.currency)

    @property
    def due(self) -> Money:
        """What is paid at a provider."""
        return self.total - self.by_voucher

    @property
    def fee(self) -> Money:
        return Money(self.fee_minor, self.currency)

    @property
    def buyer_fee(self) -> Money:
        return Money(self.buyer_fee_minor, self.currency)

    @property
    def discount(self) -> Money:
        return Money(self.discount_minor, self.currency)


class OrderLine(models.Model):
    """So many of one variant, with name, price and tax as they were."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="order_lines")
    name = models.CharField(max_length=80)
    quantity = models.PositiveSmallIntegerField()
    unit_price_minor = models.PositiveBigIntegerField()
    total_minor = models.PositiveBigIntegerField()
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2)
    tax_minor = models.PositiveBigIntegerField()  # contained in total_minor
    fee_minor = models.PositiveBigIntegerField()  # platform fee, contained in total_minor
    # What of total_minor came on top of the price. The tax is that of price and fee together.
    buyer_fee_minor = models.PositiveBigIntegerField(default=0)
    # What a code took off; it is in neither unit_price_minor nor total_minor.
    discount_minor = models.PositiveBigIntegerField(default=0)
    # Until when its buyer may give a ticket back (empty: never), and what then comes back of it.
    refund_until = models.DateTimeField(null=True, blank=True)
    refund_percent = models.PositiveSmallIntegerField(default=100)
    refund_keeps_fee = models.BooleanField(default=False)
    # A better ticket instead of another order's: the prices here are the difference.
    upgrades = models.ForeignKey(
        "Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="upgraded_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "variant"], name="order_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_quantity"),
            models.CheckConstraint(
                condition=Q(buyer_fee_minor=0) | Q(buyer_fee_minor=F("fee_minor")),
                name="order_line_who_bears_the_fee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.name}"

    @property
    def refund_policy(self) -> RefundPolicy:
        """As it was when this was ordered."""
        return RefundPolicy(self.refund_until, self.refund_percent, self.refund_keeps_fee)

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_price_minor, self.order.currency)

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.order.currency)

    @property
    def before(self) -> Money:
        """What it would have cost without a code."""
        return Money(self.total_minor + self.discount_minor, self.order.currency)

    @property
    def face_minor(self) -> int:
        return self.total_minor - self.buyer_fee_minor


class OrderPayment(models.Model):
    """Joins an order and a payment. At most one success is applied to an order."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="order_payment")
    applied = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(applied=True), name="order_one_applied_payment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} by {self.payment_id}"


class Unit(models.Model):
    """One head of an order line: its ticket, and the places it holds."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="units")
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="unit")
    ended_at = models.DateTimeField(null=True, blank=True)  # refunded: its places went back

    class Meta:
        indexes = [
            models.Index(fields=["line"], name="unit_living", condition=Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.ticket_id}"


class UnitPlace(models.Model):
    """A place a living unit holds; the row goes when the unit ends, so a place is in one living unit."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="unit_places")
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="unit_place")

    def __str__(self) -> str:
        return f"{self.unit_id} on {self.place_id}"
