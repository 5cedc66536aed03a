"""On the shop's own port, as the proxy of a real shop does it: /live/ belongs to the live process."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import httpx
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

# Each holds a thread of this process. Who gets none asks for the numbers instead.
STREAMS_MAX = 3
_SENT = ("Cookie", "Accept-Language", "Last-Event-ID")
_RETURNED = ("content-type", "cache-control")
# The live process says something at least every 15 seconds.
_TIMEOUT = httpx.Timeout(5, read=30)

_open = 0


@require_safe
def forward(request: HttpRequest, path: str) -> HttpResponseBase:
    if not settings.LIVE_URL or _open >= STREAMS_MAX:
        return HttpResponse(status=204)
    headers = {name: request.headers[name] for name in _SENT if name in request.headers}
    client = httpx.Client(timeout=_TIMEOUT, trust_env=False)
    asked = client.build_request("GET", f"{settings.LIVE_URL}/live/{quote(path)}", headers=headers)
    try:
        reply = client.send(asked, stream=True)
    except httpx.HTTPError:
        client.close()
        return HttpResponse(status=204)
    response = StreamingHttpResponse(_passed_on(client, reply), status=reply.status_code)
    for name in _RETURNED:
        if name in reply.headers:
            response[name] = reply.headers[name]
    return response


def _passed_on(client: httpx.Client, reply: httpx.Response) -> Iterator[bytes]:
    global _open
    _open += 1
    try:
        yield from reply.iter_raw()
    except httpx.HTTPError:
        return  # the live process ended; the browser comes back
    finally:
        _open -= 1
        reply.close()
        client.close()
