from __future__ import annotations

from django.urls import path
from ninja import NinjaAPI

from apps.api import problems
from apps.api.v1 import checkin, events, exports, orders, refunds, tickets

# For the description; who calls is found out in caller.py and v1/checkin/calling.py.
SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "device": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Device <key>`: the key a phone got when it was paired.",
    },
}

api = NinjaAPI(
    title="Parterre",
    version="1",
    description="Sell and admit. Errors are problem documents (RFC 9457). Sign in with "
    "`Authorization: Bearer` and an organizer's API key or an access token; a paired phone sends "
    "`Authorization: Device` and its key.",
    openapi_extra={"components": {"securitySchemes": SECURITY}},
    urls_namespace="api",
)
api.add_router("/events", events.router)
api.add_router("/orders", orders.router)
api.add_router("/orders", refunds.router)
api.add_router("/exports", exports.router)
api.add_router("/checkin", checkin.router)
api.add_router("/tickets", tickets.router)
problems.install(api)

urlpatterns = [path("api/v1/", api.urls)]
