from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.core.rate_limit import allow
from apps.payments.gateways.base import Kind
from apps.payments.gateways.errors import BadSignature, Unavailable
from apps.payments.webhooks.inbox import BODY_BYTES_MAX, receive

# Far above any provider's pace; what falls over it comes again by itself.
CALLS_MAX, MINUTE_SECONDS = 6000, 60

log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    return _answer(request, Kind.STRIPE, endpoint="platform")


@csrf_exempt
@require_POST
def stripe_connect(request: HttpRequest) -> HttpResponse:
    return _answer(request, Kind.STRIPE, endpoint="connect")


@csrf_exempt
@require_POST
def paypal(request: HttpRequest) -> HttpResponse:
    return _answer(request, Kind.PAYPAL, endpoint="platform")


def _answer(request: HttpRequest, kind: Kind, *, endpoint: str) -> HttpResponse:
    """200 also for what we have or do not listen to: providers repeat everything else for days."""
    if not allow(f"webhook:{request.META.get('REMOTE_ADDR', '')}", CALLS_MAX, MINUTE_SECONDS):
        return HttpResponse(status=429)
    body = request.read(BODY_BYTES_MAX + 1)
    if len(body) > BODY_BYTES_MAX:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        receive(kind, headers, body, endpoint=endpoint, at=now())
    except BadSignature as refusal:
        log.warning("webhook_refused", provider=kind, endpoint=endpoint, cause=refusal.code)
        return HttpResponse(status=400)
    except Unavailable:
        return HttpResponse(status=503)
    return HttpResponse(status=200)
