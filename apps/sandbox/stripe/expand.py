from __future__ import annotations

from typing import Any

from apps.sandbox.http import Json
from apps.sandbox.stripe.call import Call, listing, public
from apps.sandbox.stripe.errors import InvalidParam
from apps.sandbox.world import World

# field → kind of the object its id names
_KINDS = {
    "payment_intent": "payment_intent",
    "latest_charge": "charge",
    "charge": "charge",
    "balance_transaction": "balance_transaction",
    "failure_balance_transaction": "balance_transaction",
    "destination": "account",
    "destination_payment": "charge",
    "source_transaction": "charge",
    "source_transfer": "transfer",
    "transfer": "transfer",
    "transfer_reversal": "transfer_reversal",
}
# What a balance transaction is about, by how its id begins.
_SOURCES = {
    "ch": "charge",
    "py": "charge",
    "re": "refund",
    "tr": "transfer",
    "trr": "transfer_reversal",
    "du": "dispute",
    "dp": "dispute",
}
_DEPTH_MAX = 4


def expand(call: Call, answer: Json) -> Json:
    """Replaces ids by objects along the paths of `expand[]`."""
    paths = call.params.get("expand") or []
    if not isinstance(paths, list):
        raise InvalidParam("Invalid array", param="expand")
    for path in paths:
        steps = path.split(".")
        if len(steps) > _DEPTH_MAX:
            raise InvalidParam("You cannot expand more than 4 levels", param="expand")
        _walk(call.world, answer, steps, path)
    return answer


def _walk(world: World, node: Any, steps: list[str], path: str) -> None:
    if isinstance(node, list):
        for each in node:
            _walk(world, each, steps, path)
        return
    if not steps or not isinstance(node, dict):
        return
    name = steps[0]
    if name == "line_items" and node.get("object") == "checkout.session":
        stored = world.store.need("checkout.session", node["id"])
        url = f"/v1/checkout/sessions/{node['id']}/line_items"
        node["line_items"] = listing(stored["_line_items"], url)
    elif name == "refunds" and node.get("object") == "charge":
        rows = world.store.newest("refund", charge=node["id"])
        node["refunds"] = listing(
            [public(row) for row in rows], f"/v1/charges/{node['id']}/refunds"
        )
    elif name not in node:
        raise InvalidParam(f"This property cannot be expanded ({path}).", param="expand")
    elif isinstance(node[name], str) and (kind := _kind_of(name, node[name])):
        stored_object = world.store.get(kind, node[name])
        node[name] = public(stored_object) if stored_object else node[name]
    _walk(world, node[name], steps[1:], path)


def _kind_of(name: str, key: str) -> str | None:
    if name == "source":
        return _SOURCES.get(key.partition("_")[0])
    return _KINDS.get(name)
