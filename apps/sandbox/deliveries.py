from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.world import World

# A step between the deliveries of one turn, sent last first, when disorder is asked for.
_DISORDER_STEP_SECONDS = 0.15
_DISORDER_FIRST_SECONDS = 1.2


def switches(world: World) -> Json:
    known = {"duplicate": False, "delay": 0.0, "drop": 0, "disorder": False}
    return known | (world.store.get("switch", "webhooks") or {})


def set_switches(world: World, **values: object) -> Json:
    """`drop` is how many of the next webhooks are never sent; -1: all of them."""
    known = switches(world)
    unknown = set(values) - set(known)
    if unknown:
        raise ValueError(f"unknown switch: {', '.join(sorted(unknown))}")
    return world.store.put("switch", "webhooks", known | values)


def queue(world: World, provider: str, event: Json, endpoint: Json) -> None:
    """Inside a turn; the courier is told when the turn commits."""
    state = switches(world)
    dropped = state["drop"] != 0
    if state["drop"] > 0:
        set_switches(world, drop=state["drop"] - 1)
    for _ in range(2 if state["duplicate"] and not dropped else 1):
        wait = float(state["delay"])
        if state["disorder"]:
            wait += max(_DISORDER_FIRST_SECONDS - _DISORDER_STEP_SECONDS * len(world.outgoing), 0)
        write(
            world, provider, event, endpoint, wait=wait, state="dropped" if dropped else "pending"
        )


def write(
    world: World, provider: str, event: Json, endpoint: Json, *, wait: float, state: str = "pending"
) -> Json:
    key = stripe_id("dlv")
    if state == "pending":
        world.outgoing.append(key)
    return world.store.put(
        "delivery",
        key,
        {
            "id": key,
            "provider": provider,
            "event": event["id"],
            "type": event.get("type") or event.get("event_type"),
            "endpoint": endpoint["id"],
            "url": endpoint["url"],
            "state": state,
            "wait": wait,
            "tries": 0,
            "answers": [],
        },
    )


def undelivered(world: World, event_id: str) -> bool:
    """Whether some endpoint has not acknowledged this event."""
    tried = world.store.newest("delivery", event=event_id)
    reached = {each["endpoint"] for each in tried if each["state"] == "delivered"}
    return any(each["endpoint"] not in reached for each in tried)
