"""At checkout: another code, or none. It is another order for the same tickets, so nothing frozen changes."""

from __future__ import annotations

from datetime import datetime

from apps.orders.buyers import Buyer
from apps.orders.models import Order
from apps.orders.services.abandon import abandon_payments
from apps.orders.services.details import Details
from apps.orders.services.place import AlreadyPaid, Circumstances, Selection, replace
from apps.orders.services.start_payment import NotPayable
from apps.orders.states import UNPAID, Channel


def change_code(order: Order, typed: str, details: Details, *, at: datetime) -> Order:
    """
    The order that takes its place, in the same buyer's hands and with the same names. Its places are
    kept.

    order: with its event and organizer. details: as far as they are known; accepting the terms comes
    with the new order.
    :raises NotPayable: it is paid, over, or its money is on the way.
    :raises Refused, VeryBusy, GatewayError: the order stays as it is.
    """
    if order.state not in UNPAID or at >= order.pay_by:
        raise NotPayable
    heads = dict(order.lines.values_list("variant_id", "quantity"))
    buyer = Buyer(order.buyer, order.user, order.address_hash)
    circumstances = Circumstances(
        channel=Channel(order.channel),
        language=details.language,
        email=details.email,
        name=details.name,
    )
    if abandon_payments(order, actor=buyer.key, at=at):
        raise NotPayable
    try:
        new = replace(order, Selection(order.event, heads, typed), buyer, circumstances, at=at)
    except AlreadyPaid as paid:
        raise NotPayable from paid
    new.holder_names, new.billing = list(details.holder_names), details.billing.stored()
    new.save(update_fields=["holder_names", "billing"])
    return new
