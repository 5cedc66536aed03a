"""Asking for mails again. The mails themselves are written by whoever hears of it."""

from __future__ import annotations

from datetime import datetime

from apps.orders.models import Order
from apps.orders.states import OrderState
from apps.outbox.publish import publish

WITH_TICKETS = (OrderState.PAID, OrderState.COMPLETED)


class NothingToMail(Exception):
    """The order has no tickets, or nobody to send them to."""


def ask_for_mail(order: Order, *, actor: str, at: datetime) -> None:
    """
    The confirmation with its tickets once more. In the caller's transaction.

    :raises NothingToMail: it is not paid, or has no address.
    """
    if order.state not in WITH_TICKETS or not order.email:
        raise NothingToMail
    publish("order.mail_requested", about=order, at=at, actor=actor)


def ask_for_links(email: str, *, at: datetime) -> None:
    """One mail with the links of all orders of an address; nothing when there are none."""
    newest = Order.objects.filter(email=email).order_by("-pk").first()
    if newest is not None:
        publish("order.links_requested", about=newest, at=at, email=email)
