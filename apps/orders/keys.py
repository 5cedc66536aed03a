"""
The key in an order's link. It is derived, so nothing secret lies in the table; raising the order's
key_version kills every link mailed before.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.orders.models import Order

LENGTH = 32  # hex digits: 128 bits


def order_key(order: Order) -> str:
    return _derive(order, settings.SECRET_KEY)


def opens(order: Order, key: str) -> bool:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(key, _derive(order, secret)) for secret in secrets)


def _derive(order: Order, secret: str) -> str:
    value = f"{order.reference}:{order.key_version}"
    return salted_hmac("orders.key", value, secret=secret, algorithm="sha256").hexdigest()[:LENGTH]
