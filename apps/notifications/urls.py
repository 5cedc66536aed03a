from __future__ import annotations

from django.urls import path

from apps.notifications.views import bounces

app_name = "notifications"
urlpatterns = [
    path("webhooks/mail/resend/", bounces.resend, name="resend"),
]
