from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from apps.shop.page_cache import kept_whole
from apps.shop.selectors import by_month, cards, cities, upcoming

PER_PAGE = 24


@require_safe
@kept_whole("q", "city", "page")
def events(request: HttpRequest) -> HttpResponse:
    at = now()
    search, city = request.GET.get("q", "").strip(), request.GET.get("city", "")
    page = Paginator(upcoming(at=at, search=search, city=city), PER_PAGE).get_page(
        request.GET.get("page")
    )
    shown = cards(page, at=at)
    unfiltered = not search and not city and page.number == 1
    context = {
        "page": page,
        "hero": shown[0] if unfiltered and shown else None,
        "months": by_month(shown[1:] if unfiltered else shown),
        "colours": [card.event.signal for card in shown],
        "cities": cities(at=at),
        "search": search,
        "city": city,
    }
    return render(request, "shop/events.html", context)
