from __future__ import annotations

from django.urls import path

from apps.payments.views import webhooks

app_name = "payments"

urlpatterns = [
    path("webhooks/stripe/", webhooks.stripe, name="stripe_webhook"),
    path("webhooks/stripe/connect/", webhooks.stripe_connect, name="stripe_connect_webhook"),
    path("webhooks/paypal/", webhooks.paypal, name="paypal_webhook"),
]
