"""Many payments like one, for rehearsals whose thousands need not be paid one by one."""

from __future__ import annotations

import json

from apps.sandbox.http import Json
from apps.sandbox.world import World


def copy_payment(world: World, session: str, times: int) -> None:
    """
    Of a session that was paid and has settled, so many more: every name of it, also the shop's own
    reference, gets an end, X1 to X<times>. No webhook tells of them.
    """
    whole = _whole(world, session)
    names = [thing["id"] for _kind, thing in whole] + [whole[0][1]["client_reference_id"]]
    texts = [(kind, json.dumps(thing)) for kind, thing in whole]
    for number in range(1, int(times) + 1):
        for kind, text in texts:
            copy = _renamed(text, names, f"X{number}")
            world.store.put(kind, copy["id"], copy)


def _whole(world: World, session: str) -> list[tuple[str, Json]]:
    row = world.store.need("checkout.session", session)
    intent = world.store.need("payment_intent", row["payment_intent"] or "")
    charge = world.store.need("charge", intent["latest_charge"] or "")
    settled = world.store.need("balance_transaction", charge["balance_transaction"] or "")
    return [
        ("checkout.session", row),
        ("payment_intent", intent),
        ("charge", charge),
        ("balance_transaction", settled),
    ]


def _renamed(text: str, names: list[str], end: str) -> Json:
    for name in names:
        text = text.replace(name, name + end)
    renamed: Json = json.loads(text)
    return renamed
