from __future__ import annotations

import json

from anymail.webhooks.resend import ResendTrackingWebhookView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBadRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

_resend = ResendTrackingWebhookView.as_view()  # type: ignore[no-untyped-call]  # its package has no types


@csrf_exempt
@require_POST
def resend(request: HttpRequest) -> HttpResponseBase:
    """Without a shared secret anybody could tell us that mails bounced: then there is no such page."""
    if not settings.MAIL_WEBHOOK_SECRET:
        raise Http404
    if not _is_notice(request.body):
        return HttpResponseBadRequest()
    response: HttpResponseBase = _resend(request)
    return response


def _is_notice(body: bytes) -> bool:
    try:
        notice = json.loads(body)
    except ValueError:
        return False
    return isinstance(notice, dict) and isinstance(notice.get("type"), str)
