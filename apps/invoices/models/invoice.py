from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer
from apps.core.money import Money
from apps.events.models import Event
from apps.invoices.kinds import CREDITS, Category, Form, Kind
from apps.orders.models import Order, OrderLine, OrderRefund


class Series(models.Model):
    """The numbers of one issuer, year and kind. Whoever gives one holds its row."""

    organizer = models.ForeignKey(  # empty: the platform's
        Organizer, on_delete=models.PROTECT, null=True, blank=True, related_name="invoice_series"
    )
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    last = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True, blank=True)  # dates never go back within a series

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(
                fields=["organizer", "year", "kind"], name="series_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year} of {self.organizer_id or 'the platform'}"


class Draft(models.Model):
    """
    A document that is due. Written with its key once; it becomes one invoice, or, when nothing is
    left to say, none (`done_at` without an invoice).
    """

    key = models.CharField(max_length=60, unique=True)  # "order:7", "refund:3", "cancel:5", …
    kind = models.CharField(max_length=12, choices=Kind.choices)
    organizer = models.ForeignKey(Organizer, on_delete=models.PROTECT, related_name="drafts")
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts"
    )
    order_refund = models.OneToOneField(
        OrderRefund, on_delete=models.PROTECT, null=True, blank=True, related_name="draft"
    )
    # With another recipient: this is its cancellation, or the one instead of it.
    corrects = models.ForeignKey(
        "Invoice", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    # What was left of it then: both say the same.
    lines: Any = models.JSONField(default=list)  # [order line, quantity, gross, tax]
    # Of fee invoices.
    month = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)

    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organizer", "kind", "id"],
                name="draft_waiting",
                condition=Q(done_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["invoice", "credit_note"], order__isnull=False, month=None)
                | Q(kind__in=["fee_invoice", "fee_credit"], order=None, month__isnull=False),
                name="draft_of_an_order_or_a_month",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Invoice(models.Model):
    """
    A numbered document, and everything it says as it was that day. Append-only; what is wrong is put
    right by another one. Amounts of credit notes are positive: their kind says which way they go.
    """

    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, related_name="invoice")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="invoices")
    sequence = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    form = models.CharField(max_length=8, choices=Form.choices, default=Form.FULL)
    organizer = models.ForeignKey(Organizer, on_delete=models.PROTECT, related_name="invoices")
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="invoices"
    )
    refers_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="credits"
    )

    issuer: Any = models.JSONField()  # parties.Party, as it was
    recipient: Any = models.JSONField()
    language = models.CharField(max_length=5)
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    # The date of the event, or the month of the fees.
    supplied_from = models.DateField()
    supplied_until = models.DateField()
    issued_at = models.DateTimeField(_("issued"))
    issued_on = models.DateField()  # on the issuer's clock
    payment = models.CharField(max_length=12, blank=True)  # how it was paid: "stripe", "cash", …
    notes: Any = models.JSONField(default=list)  # sentences the law asks for, in its language

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        indexes = [
            models.Index(fields=["organizer", "issued_at"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "sequence"], name="invoice_number_once"),
            models.CheckConstraint(
                condition=Q(gross_minor=F("net_minor") + F("tax_minor")), name="invoice_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(kind="credit_note", refers_to__isnull=False)
                | Q(kind__in=["invoice", "fee_invoice", "fee_credit"]),
                name="invoice_credit_refers",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_credit(self) -> bool:
        return self.kind in CREDITS

    @property
    def is_electronic(self) -> bool:
        """With its data inside, for companies' bookkeeping."""
        return bool(self.recipient.get("company")) or self.order_id is None

    @property
    def gross(self) -> Money:
        return Money(self.gross_minor, self.currency)

    @property
    def net(self) -> Money:
        return Money(self.net_minor, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.currency)

    @property
    def one_day(self) -> date | None:
        return self.supplied_from if self.supplied_from == self.supplied_until else None


class InvoiceLine(models.Model):
    """Append-only. What it sells, and of its gross what is tax."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    order_line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    account = models.CharField(max_length=20, blank=True)  # of the books, for fees
    text = models.CharField(max_length=200)
    detail = models.CharField(max_length=300, blank=True)
    quantity = models.IntegerField()
    is_part = models.BooleanField(default=False)  # of the price: the things themselves stay sold
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2)
    category = models.CharField(max_length=2, choices=Category.choices)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    # Gross, taken off by a code beforehand: in none of the three above.
    discount_minor = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_once"),
            models.CheckConstraint(
                condition=Q(discount_minor=0) | Q(is_part=False), name="invoice_line_discount"
            ),
            models.CheckConstraint(
                condition=Q(gross_minor=F("net_minor") + F("tax_minor")),
                name="invoice_line_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(category=Category.STANDARD) | Q(tax_rate=0, tax_minor=0),
                name="invoice_line_untaxed",
            ),
            models.CheckConstraint(condition=~Q(quantity=0), name="invoice_line_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.text}"

    @property
    def gross(self) -> Money:
        return Money(self.gross_minor, self.invoice.currency)

    @property
    def net(self) -> Money:
        return Money(self.net_minor, self.invoice.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.invoice.currency)

    @property
    def discount(self) -> Money:
        return Money(self.discount_minor, self.invoice.currency)

    @property
    def before(self) -> Money:
        """The price without a code, gross."""
        return self.gross + self.discount

    @property
    def net_discount(self) -> Money:
        """As much less net, at the rate of the line: what was net before, less what is."""
        if not self.discount_minor:
            return self.discount
        before = self.before - self.before.included_tax(self.tax_rate)
        return max(before - self.net, Money.zero(self.invoice.currency))


class Paper(models.Model):
    """The very bytes that were handed out first; every later copy is this one. Append-only."""

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="paper")
    pdf = models.BinaryField()
    xml = models.TextField(blank=True)  # Factur-X, when it is inside
    sha256 = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"paper of {self.invoice_id}"
