from __future__ import annotations

from django.urls import path

from apps.console.sites import organizer_site, platform_site

urlpatterns = [
    path("console/", organizer_site.urls),
    path("platform/", platform_site.urls),
]
