from __future__ import annotations

from django.urls import path

from apps.demo.views import sandbox

app_name = "demo"
urlpatterns = [
    path("sandbox/<path:path>", sandbox.forward, name="sandbox"),
]
