"""
The key in an order's link. It is derived, so nothing secret lies in the table; raising the order's
key_version kills every link mailed before.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.orders.models import Order
from apps.tickets.models import Ticket

LENGTH = 32  # hex digits: 128 bits


def order_key(order: Order) -> str:
    return _derive(order, settings.SECRET_KEY)


def opens(order: Order, key: str) -> bool:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(key, _derive(order, secret)) for secret in secrets)


def image_key(ticket: Ticket) -> str:
    """Opens the picture of a ticket's code and nothing else: mail programs fetch it without a cookie."""
    return _derive_image(ticket, settings.SECRET_KEY)


def opens_image(ticket: Ticket, key: str) -> bool:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(key, _derive_image(ticket, secret)) for secret in secrets)


def _derive(order: Order, secret: str) -> str:
    return _hmac("orders.key", f"{order.reference}:{order.key_version}", secret)


def _derive_image(ticket: Ticket, secret: str) -> str:
    return _hmac("orders.image", f"{ticket.reference}:{ticket.version}", secret)


def _hmac(salt: str, value: str, secret: str) -> str:
    return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()[:LENGTH]
