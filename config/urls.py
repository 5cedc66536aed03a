"""The site map: one include per app."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("apps.ops.urls")),
    path("", include("apps.payments.urls")),
    path("", include("apps.orders.urls")),
    path("", include("apps.checkin.urls")),
    path("", include("apps.console.urls")),
    path("", include("apps.accounts.urls")),
    path("", include("apps.notifications.urls")),
    *([path("", include("apps.demo.urls"))] if settings.DEMO else []),
    path("", include("apps.api.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("", include("apps.shop.urls")),
    path("accounts/", include("allauth.urls")),
]
