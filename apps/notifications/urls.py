from __future__ import annotations

from anymail.webhooks.resend import ResendTrackingWebhookView
from django.conf import settings
from django.urls import URLPattern, path

app_name = "notifications"
# Without a shared secret anybody could tell us that mails bounced: then the door is not there.
urlpatterns: list[URLPattern] = (
    [path("webhooks/mail/resend/", ResendTrackingWebhookView.as_view(), name="resend")]
    if settings.MAIL_WEBHOOK_SECRET
    else []
)
