"""Payments, what was given back, and payouts line by line."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.core.csv_stream import in_chunks
from apps.core.money import Money
from apps.exports.kind import Kind, Narrows, Row
from apps.exports.kinds.books import entries
from apps.exports.scope import Scope
from apps.ledger.models import Entry
from apps.orders.models import OrderPayment, OrderRefund
from apps.orders.reasons import in_words
from apps.payments.gateways.base import Kind as Provider
from apps.payouts import statement_csv
from apps.payouts.models import Payout
from apps.payouts.words import provider_name

AVAILABLE = "^org:[0-9]+:available:"


def _captured(scope: Scope) -> QuerySet[OrderPayment]:
    """Payments that brought money, also a surplus that bought nothing."""
    rows = scope.owned(
        OrderPayment.objects.all(), organizer="order__organizer", event="order__event"
    )
    return scope.within(rows, "payment__captured_at")


def _payments(scope: Scope) -> Iterator[Row]:
    for joined in in_chunks(_captured(scope).select_related("payment", "order__event")):
        payment, order = joined.payment, joined.order
        fee = payment.fee_minor
        yield [
            payment.reference,
            order.reference,
            order.event.title,
            _taken_at(payment.provider),
            payment.captured_at,
            payment.get_state_display(),
            payment.currency,
            payment.amount,
            Money(fee, payment.currency) if fee is not None else None,
            _now("yes") if joined.applied else _now("no"),
        ]


def _taken_at(provider: str) -> str:
    return _now("Box office") if provider == Provider.OFFLINE else provider_name(provider)


def _decided(scope: Scope) -> QuerySet[OrderRefund]:
    rows = scope.owned(
        OrderRefund.objects.all(), organizer="order__organizer", event="order__event"
    )
    return scope.within(rows, "created_at")


def _refunds(scope: Scope) -> Iterator[Row]:
    for given in in_chunks(_decided(scope).select_related("order__event", "refund")):
        yield [
            given.order.reference,
            given.order.event.title,
            given.created_at,
            given.get_kind_display(),
            given.refund.get_state_display() if given.refund else "",
            given.order.currency,
            given.amount,
            given.fee_back,
            in_words(given.reason),
        ]


def _accounted_for(scope: Scope) -> QuerySet[Entry]:
    """About as many as the lines: what payouts of these days pay was booked about then."""
    return entries(scope).filter(account__code__regex=AVAILABLE)


def _payouts(scope: Scope) -> Iterator[Row]:
    rows = scope.owned(Payout.objects.living(), organizer="organizer")
    for payout in in_chunks(scope.within(rows, "created_at")):
        yield from statement_csv.rows(payout)


PAYMENTS = Kind(
    name="payments",
    title=_("Payments"),
    to=Capability.SEE_ORDERS,
    narrows=Narrows.TO_EVENT,
    head=(
        _("Payment"),
        _("Order"),
        _("Event"),
        _("Provider"),
        _("Paid"),
        _("State"),
        _("Currency"),
        _("Amount"),
        _("Fee of the payment provider"),
        _("Bought the order"),
    ),
    rows=_payments,
    source=_captured,
)

REFUNDS = Kind(
    name="refunds",
    title=_("Refunds"),
    to=Capability.SEE_ORDERS,
    narrows=Narrows.TO_EVENT,
    head=(
        _("Order"),
        _("Event"),
        _("Decided"),
        _("Kind"),
        _("State"),
        _("Currency"),
        _("Amount"),
        _("Platform fee given back"),
        _("Reason"),
    ),
    rows=_refunds,
    source=_decided,
)

PAYOUTS = Kind(
    name="payouts",
    title=_("Payouts, line by line"),
    to=Capability.MANAGE_PAYOUTS,
    narrows=Narrows.TO_ORGANIZER,
    head=(
        _("When"),
        _("What"),
        _("Order"),
        _("Event"),
        _("Buyer paid"),
        _("Amount"),
        _("Currency"),
        _("Payout"),
    ),
    rows=_payouts,
    source=_accounted_for,
)
