from __future__ import annotations

from django.urls import path

from apps.box_office.views import returns, sales, selling, till, upgrades

app_name = "box_office"

_AT = "door/<slug:slug>/box-office/"

urlpatterns = [
    path(_AT, selling.counter, name="counter"),
    path(f"{_AT}sales/", selling.sales, name="sales"),
    path(f"{_AT}sales/<str:reference>/", sales.sale, name="sale"),
    path(f"{_AT}sales/<str:reference>/payment/", sales.payment, name="payment"),
    path(f"{_AT}sales/<str:reference>/voucher/", sales.voucher, name="voucher"),
    path(f"{_AT}sales/<str:reference>/contact/", sales.contact, name="contact"),
    path(f"{_AT}sales/<str:reference>/cancellation/", sales.cancellation, name="cancellation"),
    path(f"{_AT}sales/<str:reference>/return/", returns.giving_back, name="return"),
    path(f"{_AT}sales/<str:reference>/tickets.pdf", sales.pdf, name="pdf"),
    path(f"{_AT}upgrades/", upgrades.upgrades, name="upgrades"),
    path(f"{_AT}tills/", till.tills, name="tills"),
    path(f"{_AT}tills/<int:number>/", till.report, name="report"),
    path(f"{_AT}till/cash-in/", till.cash_in, name="cash_in"),
    path(f"{_AT}till/cash-out/", till.cash_out, name="cash_out"),
    path(f"{_AT}till/closing/", till.closing, name="closing"),
]
