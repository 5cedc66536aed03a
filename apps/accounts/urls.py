from __future__ import annotations

from django.urls import path

from apps.accounts.views import account, apply, invitation

app_name = "accounts"
urlpatterns = [
    path("my/account/", account.account, name="account"),
    path("organizers/apply/", apply.apply, name="apply"),
    path("organizers/apply/<slug:slug>/", apply.applied, name="applied"),
    path("invitations/<str:secret>/", invitation.invitation, name="invitation"),
]
