from __future__ import annotations

import sys
from ipaddress import ip_address

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from apps.ops.health import trouble
from apps.ops.metrics import exposition


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    found = trouble(at=now())
    return JsonResponse({"ready": not found, "trouble": found}, status=503 if found else 200)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For the operator's scraper only: METRICS_TOKEN as a bearer, or from this machine."""
    if not _may_scrape(request):
        raise Http404
    return HttpResponse(exposition(at=now()), content_type=CONTENT_TYPE_LATEST)


def failed(_request: HttpRequest) -> HttpResponse:
    """What nobody caught. A database that is away or too busy is no mistake: it passes."""
    # Without context processors: they would ask what just failed.
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        page = render_to_string("503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": "10"})
    return HttpResponse(render_to_string("500.html"), status=500)


def _may_scrape(request: HttpRequest) -> bool:
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN:
        return constant_time_compare(bearer, settings.METRICS_TOKEN)
    forwarded = "X-Forwarded-For" in request.headers
    return not forwarded and ip_address(request.META.get("REMOTE_ADDR") or "0.0.0.0").is_loopback  # noqa: S104 - no bind
