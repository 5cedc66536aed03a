from __future__ import annotations

from dataclasses import dataclass

from apps.sandbox.http import Json
from apps.sandbox.world import World

MERCHANT_ID = "PARTERRE22222"
MERCHANT_EMAIL = "merchant@sandbox.example.com"


@dataclass(frozen=True, slots=True)
class Call:
    world: World
    body: Json
    raw: bytes
    query: Json
    key: str = ""  # PayPal-Request-Id
    representation: bool = False  # Prefer: return=representation

    def link(self, rel: str, path: str, method: str = "GET") -> Json:
        return link(self.world, rel, path, method)


def link(world: World, rel: str, path: str, method: str = "GET") -> Json:
    return {"href": f"{world.options.api_url}{path}", "rel": rel, "method": method}


def public(stored: Json) -> Json:
    """Without the fields only the sandbox knows."""
    return {name: value for name, value in stored.items() if not name.startswith("_")}
