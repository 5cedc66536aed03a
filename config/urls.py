"""The site map: one include per app."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.static import serve

# A real shop's web server or bucket hands out the pictures, and its proxy sends /live/ to the live
# process: docs/operating.md.
DEMO_ONLY: list[URLPattern | URLResolver] = [
    path("", include("apps.demo.urls")),
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *(DEMO_ONLY if settings.DEMO else []),
    path("", include("apps.ops.urls")),
    path("", include("apps.payments.urls")),
    path("", include("apps.orders.urls")),
    path("", include("apps.invoices.urls")),
    path("", include("apps.checkin.urls")),
    path("", include("apps.box_office.urls")),
    path("", include("apps.console.urls")),
    path("", include("apps.accounts.urls")),
    path("", include("apps.notifications.urls")),
    path("", include("apps.api.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("", include("apps.shop.urls")),
    path("accounts/", include("allauth.urls")),
]

handler500 = "apps.ops.views.failed"
