from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.world import World

API_VERSION = "2026-10-28.endive"


@dataclass(frozen=True, slots=True)
class Call:
    """One API call, decoded: form fields (v1) or JSON (v2) in `params`."""

    world: World
    params: Json
    account: str = ""  # the Stripe-Account header
    key: str = ""  # the Idempotency-Key header
    request_id: str = field(default_factory=lambda: stripe_id("req", 14))


def public(stored: Json) -> Json:
    """Without the fields only the sandbox knows."""
    return {name: value for name, value in stored.items() if not name.startswith("_")}


def listing(data: list[Any], url: str, *, has_more: bool = False) -> Json:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}
