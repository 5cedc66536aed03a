"""What the `live` process answers; the rest is there for the links on what it draws."""

from __future__ import annotations

from django.urls import path

from apps.checkin.views import live
from config import urls

urlpatterns = [path("live/door/<slug:slug>/", live.stream), *urls.urlpatterns]
