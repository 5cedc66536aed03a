from __future__ import annotations

from apps.sandbox.paypal import webhooks
from apps.sandbox.stripe import endpoints
from apps.sandbox.world import World


def preset(world: World) -> None:
    """The shop's webhook endpoints at both providers."""
    endpoints.preset(world)
    webhooks.preset(world)
