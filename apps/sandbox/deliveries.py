from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.ids import stripe_id
from apps.sandbox.world import World

# With disorder every other webhook is held back, so that the next one overtakes it.
_HELD_BACK_SECONDS = 1.5


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
        if state["disorder"] and world.hold_back():
            wait += _HELD_BACK_SECONDS
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


def undelivered(world: World) -> set[str]:
    """The events that some endpoint has not acknowledged."""
    tried = world.store.newest("delivery")
    reached = {(each["event"], each["endpoint"]) for each in tried if each["state"] == "delivered"}
    return {each["event"] for each in tried if (each["event"], each["endpoint"]) not in reached}
