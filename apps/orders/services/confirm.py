"""
The one transaction of a sale: order paid, places sold, units and tickets issued, ledger posted, the
fact published. All of it, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from apps.core.asked_often import AskedOften
from apps.core.transitions import move
from apps.orders.models import Order, OrderLine, OrderPayment, Unit, UnitPlace
from apps.orders.services import places
from apps.orders.services.booking import book_sale, book_unapplied
from apps.orders.services.codes import spend_code
from apps.orders.services.vouchers import spend_voucher
from apps.orders.states import UNPAID, OrderState
from apps.outbox.publish import publish
from apps.payments.models import Payment
from apps.tickets.models import Ticket
from apps.tickets.services.issue import TicketWish, issue


def confirm(order: Order, payment: Payment | None, *, actor: str, at: datetime) -> None:
    """
    Needs the order's row locked. payment: None when nothing was to pay, or a gift voucher pays it all.

    :raises PlacesGone, VoucherGone: nothing was changed.
    """
    _hand_over(order, actor=actor, reason="", at=at)
    if payment is not None:
        OrderPayment.objects.filter(payment=payment).update(applied=True)
    if payment is not None or order.voucher_id is not None:
        book_sale(order, payment, at=at)


def confirm_with_unapplied(
    order: Order, payment: Payment, *, actor: str, reason: str, at: datetime
) -> None:
    """
    With money that lies in the books already. Needs the rows of both locked.

    :raises PlacesGone, VoucherGone: nothing was changed.
    """
    _hand_over(order, actor=actor, reason=reason, at=at)
    OrderPayment.objects.filter(payment=payment).update(applied=True)
    book_unapplied(order, payment, at=at)


def _hand_over(order: Order, *, actor: str, reason: str, at: datetime) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a sale is one transaction")
    late = order.state not in UNPAID
    with transaction.atomic():  # when the places are gone, code and voucher are not spent
        spend_code(order)
        spend_voucher(order, at=at)
        needs = places.needs_of(order)
        sold = places.sell(order, needs)
    move(order, OrderState.PAID, actor=actor, at=at, reason=reason, paid_at=at, late=late)
    _issue_units(order, needs, sold, at=at)
    publish("order.confirmed", about=order, at=at)


def _issue_units(
    order: Order, needs: places.Needs, sold: Mapping[int, list[int]], *, at: datetime
) -> None:
    heads = [line for line in needs.lines for _ in range(line.quantity)]
    tickets = issue(event=order.event, wanted=list(_wishes(order, heads)), at=at)
    units = Unit.objects.bulk_create(
        Unit(line=line, ticket=ticket) for line, ticket in zip(heads, tickets, strict=True)
    )
    UnitPlace.objects.bulk_create(_unit_places(units, needs, sold))


def _wishes(order: Order, heads: list[OrderLine]) -> Iterator[TicketWish]:
    for index, line in enumerate(heads):
        name = order.holder_names[index] if index < len(order.holder_names) else ""
        yield TicketWish(variant=line.variant, holder_name=name or order.name)


def _unit_places(
    units: list[Unit], needs: places.Needs, sold: Mapping[int, list[int]]
) -> Iterator[UnitPlace]:
    left = {quota: iter(ids) for quota, ids in sold.items()}
    for unit in units:
        for quota in needs.quotas[unit.line.variant_id]:
            yield UnitPlace(unit=unit, place_id=next(left[quota]))


def tickets_of(order: Order) -> list[Ticket]:
    """In the order of its lines; also those that were refunded."""
    found = _TICKETS.all(order.pk)
    for ticket in found:
        ticket.event = order.event
    return found


def _of_order(order: int) -> QuerySet[Ticket]:
    tickets = Ticket.objects.filter(unit__line__order=order).select_related("variant")
    return tickets.order_by("unit__line_id", "unit")


_TICKETS = AskedOften(_of_order, -1)
