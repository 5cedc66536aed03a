from __future__ import annotations

from django.contrib.sitemaps.views import sitemap
from django.urls import path
from django.views.i18n import set_language

from apps.shop.views import event, events, giving_back, organizer, pages, search_engines

app_name = "shop"

urlpatterns = [
    path("", events.events, name="events"),
    path("events/<slug:slug>/", event.event, name="event"),
    path("organizers/<slug:slug>/", organizer.organizer, name="organizer"),
    path("organizers/<slug:slug>/imprint/", organizer.imprint, name="organizer_imprint"),
    path("organizers/<slug:slug>/terms/", organizer.terms, name="organizer_terms"),
    path("organizers/<slug:slug>/withdrawal/", organizer.withdrawal, name="organizer_withdrawal"),
    path("orders/<str:reference>/refund/", giving_back.giving_back, name="refund"),
    path("imprint/", pages.imprint, name="imprint"),
    path("privacy/", pages.privacy, name="privacy"),
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("language/", set_language, name="language"),
    path("favicon.ico", pages.icon, name="icon"),
    path("robots.txt", search_engines.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": search_engines.SITEMAPS}, name="sitemap"),
]
