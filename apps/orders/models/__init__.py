from __future__ import annotations

from apps.orders.models.disputed_ticket import DisputedTicket
from apps.orders.models.order import (
    Order,
    OrderLine,
    OrderPayment,
    Unit,
    UnitPlace,
)
from apps.orders.models.refund import OrderRefund, OrderRefundLine

__all__ = [
    "DisputedTicket",
    "Order",
    "OrderLine",
    "OrderPayment",
    "OrderRefund",
    "OrderRefundLine",
    "Unit",
    "UnitPlace",
]
