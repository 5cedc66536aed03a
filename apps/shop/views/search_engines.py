from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from apps.accounts.models import Organizer
from apps.events.models import Event

PRIVATE = ("/orders/", "/my/", "/accounts/", "/door/", "/console/", "/platform/", "/api/")


class EventSitemap(Sitemap):  # type: ignore[type-arg]  # not generic when it runs
    changefreq = "daily"
    limit = 5_000

    def items(self) -> QuerySet[Event]:
        return Event.objects.public().upcoming(at=now()).soonest_first()

    def location(self, item: Event) -> str:
        return reverse("shop:event", args=[item.slug])


class OrganizerSitemap(Sitemap):  # type: ignore[type-arg]  # not generic when it runs
    changefreq = "weekly"
    limit = 5_000

    def items(self) -> QuerySet[Organizer]:
        return Organizer.objects.approved()

    def location(self, item: Organizer) -> str:
        return reverse("shop:organizer", args=[item.slug])

    def lastmod(self, item: Organizer) -> datetime:
        return item.created_at


SITEMAPS = {"events": EventSitemap, "organizers": OrganizerSitemap}


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    lines.append(f"Sitemap: {settings.PUBLIC_URL}{reverse('shop:sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
