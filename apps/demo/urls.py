from __future__ import annotations

from django.urls import path

from apps.demo.views import box_office, home, live, sandbox

app_name = "demo"
urlpatterns = [
    path("demo/", home.home, name="home"),
    path("demo/become/<str:role>/", home.become, name="become"),
    path("demo/box-office/<slug:slug>/", box_office.sell_here, name="sell_here"),
    path("demo/mails/<int:number>/", home.mail, name="mail"),
    path("demo/mails/<int:number>/body/", home.mail_body, name="mail_body"),
    path("demo/authority.crt", home.authority, name="authority"),
    path("live/<path:path>", live.forward, name="live"),
    path("sandbox/<path:path>", sandbox.forward, name="sandbox"),
]
