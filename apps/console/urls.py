from __future__ import annotations

from django.urls import path

from apps.console import admin  # noqa: F401 - importing it puts the desks on their sites
from apps.console.sites import organizer_site, platform_site

urlpatterns = [
    path("console/", organizer_site.urls),
    path("platform/", platform_site.urls),
]
