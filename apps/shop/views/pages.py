"""The platform's own pages."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
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


@require_safe
@cache_control(public=True, max_age=int(timedelta(days=30).total_seconds()))
def icon(_request: HttpRequest) -> HttpResponse:
    """Who knows no page of ours asks for it by this name: readers of feeds, previews of links, old browsers."""
    return HttpResponse(_icon(), content_type="image/x-icon")


@cache
def _icon() -> bytes:
    return Path(str(finders.find("img/favicon.ico"))).read_bytes()


def _page(request: HttpRequest, name: str) -> HttpResponse:
    context = {
        "platform": settings.PLATFORM_NAME,
        "platform_imprint": settings.PLATFORM_IMPRINT,
        "mail": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "minutes": settings.TICKET_PAYMENT_TIMEOUT,
    }
    return render(request, f"shop/{name}.html", context)
