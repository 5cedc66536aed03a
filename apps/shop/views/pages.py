"""The platform's own pages."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.shop.page_cache import kept_whole


@require_safe
@kept_whole()
def imprint(request: HttpRequest) -> HttpResponse:
    return _page(request, "imprint")


@require_safe
@kept_whole()
def privacy(request: HttpRequest) -> HttpResponse:
    return _page(request, "privacy")


@require_safe
@kept_whole()
def help_page(request: HttpRequest) -> HttpResponse:
    return _page(request, "help")


@require_safe
@kept_whole()
def accessibility(request: HttpRequest) -> HttpResponse:
    return _page(request, "accessibility")


def _page(request: HttpRequest, name: str) -> HttpResponse:
    context = {
        "platform": settings.PLATFORM_NAME,
        "platform_imprint": settings.PLATFORM_IMPRINT,
        "mail": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "minutes": settings.TICKET_PAYMENT_TIMEOUT,
    }
    return render(request, f"shop/{name}.html", context)
