from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from apps.accounts.models import Organizer
from apps.events.models import Event
from apps.shop.page_cache import kept_whole
from apps.shop.selectors import by_month, cards, upcoming

PER_PAGE = 24
PAST_MAX = 12


@require_safe
@kept_whole("page")
def organizer(request: HttpRequest, slug: str) -> HttpResponse:
    at = now()
    found = _approved(slug)
    events = upcoming(at=at).filter(organizer=found)
    page = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    past = Event.objects.public().filter(organizer=found, ends_at__lte=at)
    shown = cards(page, at=at)
    context = {
        "organizer": found,
        "page": page,
        "months": by_month(shown),
        "colours": [found.brand_colour, *(card.event.signal for card in shown)],
        "past": past.select_related("venue").order_by("-starts_at")[:PAST_MAX],
    }
    return render(request, "shop/organizer.html", context)


@require_safe
@kept_whole()
def imprint(request: HttpRequest, slug: str) -> HttpResponse:
    found = _approved(slug)
    return _legal(request, found, "imprint", found.imprint)


@require_safe
@kept_whole()
def terms(request: HttpRequest, slug: str) -> HttpResponse:
    found = _approved(slug)
    return _legal(request, found, "terms", found.terms)


@require_safe
@kept_whole()
def withdrawal(request: HttpRequest, slug: str) -> HttpResponse:
    found = _approved(slug)
    return _legal(request, found, "withdrawal", found.withdrawal_notice)


def _approved(slug: str) -> Organizer:
    return get_object_or_404(Organizer.objects.approved(), slug=slug)


def _legal(request: HttpRequest, organizer: Organizer, page: str, text: str) -> HttpResponse:
    context = {"organizer": organizer, "text": text, "which": page}
    return render(request, "shop/legal.html", context)
