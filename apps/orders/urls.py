from __future__ import annotations

from django.urls import path

from apps.orders.views import checkout, code, order, placing, tickets

app_name = "orders"
urlpatterns = [
    path("events/<slug:slug>/orders/", placing.selection, name="place"),
    path("orders/<str:reference>/", order.order, name="order"),
    path("orders/<str:reference>/checkout/", checkout.checkout, name="checkout"),
    path("orders/<str:reference>/code/", code.change, name="code"),
    path("orders/<str:reference>/payments/", checkout.pay, name="pay"),
    path("orders/<str:reference>/return/", checkout.come_back, name="return"),
    path("orders/<str:reference>/cancellation/", order.cancellation, name="cancel"),
    path("orders/<str:reference>/mail/", order.mail, name="resend"),
    path("orders/<str:reference>/tickets.pdf", tickets.order_pdf, name="pdf"),
    path("orders/<str:reference>/tickets/<str:ticket_reference>/", tickets.ticket, name="ticket"),
    path(
        "orders/<str:reference>/tickets/<str:ticket_reference>.pdf",
        tickets.ticket_pdf,
        name="ticket_pdf",
    ),
    path("tickets/<str:ticket_reference>/<str:key>.png", tickets.image, name="image"),
    path("my/tickets/", order.mine, name="mine"),
    path("lost-link/", order.lost_link, name="lost_link"),
]
