from __future__ import annotations

from django.urls import path

from apps.invoices.views import order

app_name = "invoices"
urlpatterns = [
    path("orders/<str:reference>/invoice/", order.recipient, name="recipient"),
    path("orders/<str:reference>/invoices/<str:number>.pdf", order.pdf, name="pdf"),
]
