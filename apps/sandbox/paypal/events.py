from __future__ import annotations

from apps.sandbox import deliveries
from apps.sandbox.http import Json
from apps.sandbox.paypal.call import Call, link
from apps.sandbox.paypal.errors import not_found

_PAGE_SIZE = 10
_PATH = "/v1/notifications/webhooks-events"


def find(call: Call) -> tuple[int, Json]:
    """Newest first; `start_time` to `end_time`, both in PayPal's form."""
    query = call.query
    rows = [
        event
        for event in call.world.store.newest("paypal_event")
        if query.get("start_time", "") <= event["create_time"] <= query.get("end_time", "~")
        and query.get("event_type") in {None, event["event_type"]}
        and query.get("transaction_id") in {None, event["resource"].get("id")}
    ]
    size = int(query.get("page_size", _PAGE_SIZE))
    shown = rows[:size]
    answer: Json = {
        "events": shown,
        "count": len(shown),
        "links": [link(call.world, "self", _PATH)],
    }
    if len(rows) > size:
        end = shown[-1]["create_time"]
        path = f"{_PATH}?page_size={size}&end_time={end}"
        answer["links"].append(link(call.world, "next", path))
    return 200, answer


def retrieve(call: Call, key: str) -> tuple[int, Json]:
    return 200, _get(call, key)


def resend(call: Call, key: str) -> tuple[int, Json]:
    event = _get(call, key)
    wanted = call.body.get("webhook_ids")
    for hook in call.world.store.oldest("paypal_webhook"):
        if hook["url"] and (not wanted or hook["id"] in wanted):
            deliveries.write(call.world, "paypal", event, hook, wait=0)
    return 202, event


def _get(call: Call, key: str) -> Json:
    event = call.world.store.get("paypal_event", key)
    if event is None:
        raise not_found(key)
    return event
