from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatchcase
from uuid import uuid4

from apps.sandbox import refusals
from apps.sandbox.http import Json, Response
from apps.sandbox.world import World

KINDS = {
    "error_before": "answers 500, nothing was done",
    "error_after": "does it, then answers 500",
    "cut_before": "closes the connection, nothing was done",
    "cut_after": "does it, then closes the connection",
    "half_after": "does it, then answers half of what it has to say",
    "slow_before": "waits, then does it",
    "slow_after": "does it, then waits",
    "refuse_before": "answers with the provider's code, nothing was done",
}


def add(
    world: World, operation: str, kind: str, *, times: int, seconds: float, code: str = ""
) -> Json:
    """`operation` is a pattern such as `stripe.refunds.*`; the next `times` calls are hit."""
    if kind not in KINDS:
        raise ValueError(f"unknown fault {kind!r}; known: {', '.join(KINDS)}")
    key = uuid4().hex
    fault: Json = {"id": key, "operation": operation, "kind": kind, "code": code}
    return world.store.put("fault", key, fault | {"left": times, "seconds": seconds})


def clear(world: World) -> None:
    for fault in world.store.newest("fault"):
        world.store.delete("fault", fault["id"])


def around(world: World, operation: str, work: Callable[[], Response]) -> Response:
    fault = _take(world, operation)
    if fault is None:
        return work()
    what, _, when = fault["kind"].rpartition("_")
    if when == "before":
        if what == "refuse":
            return refusals.refusal(operation, fault["code"])
        early = _strike(what, fault)
        return early or work()
    done = work()
    if what == "half":
        return replace(done, body=done.body[: len(done.body) // 2], halved=True)
    return _strike(what, fault) or done


def _strike(kind: str, fault: Json) -> Response | None:
    if kind == "slow":
        time.sleep(fault["seconds"])
        return None
    if kind == "cut":
        return Response(0, cut=True)
    return Response(
        500,
        b'{"error": {"message": "sandbox fault", "type": "api_error"}, "name": '
        b'"INTERNAL_SERVER_ERROR", "message": "sandbox fault", "debug_id": "0000000000000"}',
        {"Content-Type": "application/json"},
    )


def _take(world: World, operation: str) -> Json | None:
    with world.store.transaction():
        for fault in world.store.oldest("fault"):
            if fnmatchcase(operation, fault["operation"]):
                fault["left"] -= 1
                if fault["left"] > 0:
                    world.store.put("fault", fault["id"], fault)
                else:
                    world.store.delete("fault", fault["id"])
                return fault
    return None
