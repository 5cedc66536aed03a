from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.box_office.states import TILL_TRANSITIONS, TillState
from apps.checkin.models import Device
from apps.core.money import Money
from apps.core.transitions import Stateful
from apps.events.models import Event
from apps.orders.models import Order
from apps.payments.gateways.offline import Method
from apps.payments.models import Refund


class Till(Stateful):
    """
    The cash of one device from its opening to its closing count, and what its card terminal took
    meanwhile. Its lines are its truth; what must be in it is their sum.
    """

    TRANSITIONS = TILL_TRANSITIONS

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="tills")
    state = models.CharField(max_length=6, choices=TillState.choices, default=TillState.OPEN)
    currency = models.CharField(max_length=3)
    cashier = models.CharField(_("who sells"), max_length=80, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    counted_minor = models.PositiveBigIntegerField(null=True, blank=True)  # cash
    terminal_minor = models.PositiveBigIntegerField(null=True, blank=True)  # as the terminal says

    class Meta:
        verbose_name = _("till")
        verbose_name_plural = _("tills")
        constraints = [
            models.UniqueConstraint(
                fields=["device"], name="till_one_open", condition=Q(state="open")
            ),
            models.CheckConstraint(
                condition=Q(state="open", counted_minor=None, terminal_minor=None, closed_at=None)
                | Q(
                    state="closed",
                    counted_minor__isnull=False,
                    terminal_minor__isnull=False,
                    closed_at__isnull=False,
                ),
                name="till_closed_by_count",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.pk}"

    @property
    def event(self) -> Event:
        return self.device.event

    @property
    def subject(self) -> str:
        """What its own postings are about."""
        return f"{self._meta.label_lower}:{self.pk}"

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)


class LineKind(models.TextChoices):
    FLOAT = "float", _("Float")
    SALE = "sale", _("Sale")
    REFUND = "refund", _("Refund")
    CASH_IN = "cash_in", _("Cash in")
    CASH_OUT = "cash_out", _("Cash out")


METHODS = [(Method.CASH.value, _("Cash")), (Method.CARD.value, _("Card"))]


class TillLine(models.Model):
    """Append-only: something that changed what lies in a till, or beside it in the card terminal."""

    till = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="lines")
    key = models.UUIDField(unique=True)  # made on the page: a form sent twice is one line
    kind = models.CharField(max_length=8, choices=LineKind.choices)
    method = models.CharField(max_length=4, choices=METHODS, default=Method.CASH.value)
    amount_minor = models.BigIntegerField()  # below zero: taken out
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="till_lines"
    )
    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="till_line"
    )
    given_minor = models.PositiveBigIntegerField(null=True, blank=True)  # by the buyer, in cash
    receipt = models.CharField(max_length=40, blank=True)  # the terminal's reference
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("line of a till")
        verbose_name_plural = _("lines of tills")
        constraints = [
            models.UniqueConstraint(
                fields=["order"], name="till_line_sold_once", condition=Q(kind="sale")
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["sale", "refund"], order__isnull=False)
                | Q(kind__in=["float", "cash_in", "cash_out"], order=None, refund=None),
                name="till_line_of_an_order",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["float", "sale", "cash_in"], amount_minor__gte=0)
                | Q(kind__in=["refund", "cash_out"], amount_minor__lte=0),
                name="till_line_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.till.currency)

    @property
    def given(self) -> Money:
        """What the buyer put down; when nobody typed it: the price."""
        given = self.amount_minor if self.given_minor is None else self.given_minor
        return Money(given, self.till.currency)

    @property
    def change(self) -> Money:
        return self.given - self.amount
