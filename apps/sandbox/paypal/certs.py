from __future__ import annotations

from apps.sandbox.http import Response
from apps.sandbox.paypal.errors import not_found
from apps.sandbox.world import World


def chain(world: World, name: str) -> Response:
    if name != world.certificates.name:
        raise not_found(name)
    return Response(200, world.certificates.chain_pem, {"Content-Type": "application/x-pem-file"})
