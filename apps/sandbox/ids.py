from __future__ import annotations

import secrets
import string

_ALNUM = string.ascii_letters + string.digits
# The alphabet of PayPal's payer and merchant ids: no 0, 1, I, O.
_PAYPAL = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def stripe_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{''.join(secrets.choice(_ALNUM) for _ in range(length))}"


def paypal_id(length: int = 17) -> str:
    return "".join(secrets.choice(_PAYPAL) for _ in range(length))


def debug_id() -> str:
    return secrets.token_hex(7)[:13]
