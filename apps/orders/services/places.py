"""An order's places: how many it must have, keeping them, and getting them again when they were lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from apps.core.asked_often import AskedOften
from apps.inventory import holds
from apps.inventory.claims import Held, SoldOut, Wish, claim_now
from apps.inventory.holds import NotOurs
from apps.inventory.models import Draw
from apps.orders.models import Order, OrderLine
from apps.vouchers.services.claim import extend as extend_use
from apps.vouchers.services.hold import VoucherGone as NotToBeHad
from apps.vouchers.services.hold import keep as keep_hold

# What a ticket and its upgrade both need lies with the ticket until it ends. A count, and only for an
# upgrade: of NOT EXISTS PostgreSQL makes a join with all places that are sold, when it keeps a plan of the
# time in which there were few.
_PLACES = """
    SELECT coalesce(sum(l.quantity), 0) FROM orders_orderline l
    JOIN inventory_draw d ON d.variant_id = l.variant_id
    WHERE l.order_id = %s AND (l.upgrades_id IS NULL OR (
        SELECT count(*) FROM orders_unit u
        JOIN orders_unitplace taken ON taken.unit_id = u.id
        JOIN inventory_place p ON p.id = taken.place_id
        WHERE u.id = l.upgrades_id AND u.ended_at IS NULL AND p.quota_id = d.quota_id
    ) = 0)
"""
# What late money may claim again is sold at once; the time only bridges the transaction.
_BRIDGE = timedelta(minutes=5)


class PlacesGone(Exception):
    """The places went to somebody else and there are no others."""


class VoucherGone(PlacesGone):
    """Its gift voucher was blocked, or what it held of it is spent: the order cannot be paid like this."""


def expected_places(order: Order) -> int:
    """One place for each unit in each quota its variant draws from, less what it will take over."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [order.pk])
        (count,) = cursor.fetchone()
    return int(count)


def keep(order: Order, *, until: datetime, at: datetime) -> None:
    """
    Hold all of its places at least until then, its use of a code, and what a gift voucher pays of it.

    :raises NotOurs, VoucherGone: not all of them are its own any more. Roll back.
    """
    if order.voucher_id is not None:
        _keep_voucher(order, order.voucher_id, until=until, at=at)
    if order.code_id is not None:
        extend_use(order.claim, until=until)
    holds.share_event(order.event_id)
    holds.extend(order.claim, until=until, expected=expected_places(order))


def _keep_voucher(order: Order, voucher: int, *, until: datetime, at: datetime) -> None:
    try:
        keep_hold(voucher, order.claim, until=until, at=at)
    except NotToBeHad as gone:
        raise VoucherGone(str(order)) from gone


@dataclass(frozen=True, slots=True)
class Needs:
    """
    What the units of an order take: one place in each quota their variant draws from.

    lines: with their variants, as they were chosen. quotas: ids by variant id.
    """

    lines: list[OrderLine]
    quotas: Mapping[int, list[int]]

    @property
    def places(self) -> int:
        return sum(line.quantity * len(self.quotas[line.variant_id]) for line in self.lines)


def needs_of(order: Order) -> Needs:
    """They stay as they are until the transaction ends."""
    holds.share_event(order.event_id)
    lines = _LINES.all(order.pk)
    quotas: dict[int, list[int]] = {line.variant_id: [] for line in lines}
    for draw in _DRAWS.all(order.pk):
        quotas[draw.variant_id].append(draw.quota_id)
    return Needs(lines, quotas)


def _lines_of(order: int) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order=order).select_related("variant").order_by("pk")


def _draws_of(order: int) -> QuerySet[Draw]:
    variants = OrderLine.objects.filter(order=order).values("variant")
    return Draw.objects.filter(variant__in=variants)


_LINES = AskedOften(_lines_of, -1)
_DRAWS = AskedOften(_draws_of, -1)


def sell(order: Order, needs: Needs) -> dict[int, list[int]]:
    """
    Its places become sold; lost ones are claimed again where there are others.

    Returns place ids by quota id.

    :raises PlacesGone: nothing was changed.
    """
    try:
        with transaction.atomic():
            return holds.settle(order.claim, expected=needs.places)
    except NotOurs:
        return _claim_again(order, needs.places)


def _claim_again(order: Order, expected: int) -> dict[int, list[int]]:
    try:
        with transaction.atomic():
            # What is left of the old claim goes back first: the new one is all or nothing.
            holds.release(order.claim)
            claim_now(_wish(order))
            return holds.settle(order.claim, expected=expected)
    except SoldOut as sold_out:
        raise PlacesGone from sold_out


def claim_free_of_charge(order: Order) -> Held:
    """
    For an order that is confirmed in the same transaction.

    :raises SoldOut: nothing was claimed.
    """
    return claim_now(_wish(order))


def _wish(order: Order) -> Wish:
    heads = dict(order.lines.values_list("variant_id", "quantity"))
    return Wish(order.claim, order.event_id, heads, _BRIDGE)
