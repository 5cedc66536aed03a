from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.models import User
from apps.demo.cast import PASSWORD, PEOPLE
from apps.events.models import Event
from apps.notifications.models import Mail
from apps.vouchers.keys import code_of
from apps.vouchers.models import GiftVoucher
from apps.vouchers.states import VoucherState

MAILS_SHOWN = 50
BACKEND = "django.contrib.auth.backends.ModelBackend"
STARTS_AT = {
    "operator": "/platform/",
    "owner": "/console/",
    "admin": "/console/",
    "staff": "/door/",
    "attendee": "/",
}


@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    voucher = GiftVoucher.objects.filter(state=VoucherState.LIVE).order_by("pk").first()
    context = {
        "people": PEOPLE,
        "password": PASSWORD,
        "events": Event.objects.public().upcoming(at=now()).soonest_first(),
        "mails": Mail.objects.order_by("-pk")[:MAILS_SHOWN],
        "voucher": code_of(voucher) if voucher is not None else "",
        "authority": settings.DEMO_TLS_AUTHORITY,
    }
    return render(request, "demo/home.html", context)


@never_cache
@require_GET
def authority(_request: HttpRequest) -> HttpResponse:
    """The certificate of our own authority, as phones and browsers install it."""
    if not settings.DEMO_TLS_AUTHORITY:
        raise Http404
    pem = Path(settings.DEMO_TLS_AUTHORITY).read_bytes()
    return HttpResponse(pem, content_type="application/x-x509-ca-cert")


@require_POST
def become(request: HttpRequest, role: str) -> HttpResponse:
    """Signs in as one of the demo's people. Exists in demo mode only, where their password is public."""
    person = next((p for p in PEOPLE if p.role == role), None)
    if person is None:
        raise Http404
    login(request, User.objects.get(email=person.email), backend=BACKEND)
    return redirect(STARTS_AT[role])


@never_cache
@require_GET
def mail(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(Mail, pk=number)
    return render(request, "demo/mail.html", {"mail": found})


@never_cache
@require_GET
def mail_body(_request: HttpRequest, number: int) -> HttpResponse:
    """The HTML part alone, for a frame that runs nothing."""
    found = get_object_or_404(Mail, pk=number)
    response = HttpResponse(found.html or f"<pre>{found.text}</pre>")
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
    )
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
