from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core import http_client

# Nothing else passes, in neither direction: no cookies, no credentials.
_SENT = ("Content-Type",)
_RETURNED = ("content-type", "location", "cache-control")


@require_http_methods(["GET", "HEAD", "POST"])
def forward(request: HttpRequest, path: str) -> HttpResponse:
    """The hosted payment pages of the sandbox process, on the shop's own port."""
    query = request.META["QUERY_STRING"]
    url = f"{settings.SANDBOX_URL}/{quote(path)}{'?' if query else ''}{query}"
    headers = {name: request.headers[name] for name in _SENT if name in request.headers}
    try:
        reply = http_client.send(request.method or "GET", url, headers=headers, body=request.body)
    except http_client.OutboundError:
        return HttpResponse(
            _("The payment sandbox is not running."), status=502, content_type="text/plain"
        )
    response = HttpResponse(reply.body, status=reply.status)
    for name in _RETURNED:
        if name in reply.headers:
            response[name] = reply.headers[name]
    return response
