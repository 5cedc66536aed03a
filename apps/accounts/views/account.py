from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.adapter import speak
from apps.accounts.forms.account import ProfileForm
from apps.accounts.http import user_of


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = ProfileForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if form.is_valid():
        user.name, user.language = form.cleaned_data["name"], form.cleaned_data["language"]
        user.save(update_fields=["name", "language"])
        with translation.override(user.language):
            messages.success(request, _("Saved."))
        response: HttpResponse = redirect("accounts:account")
        speak(response, user.language)
        return response
    context = {
        "form": form,
        "memberships": user.memberships.select_related("organizer").order_by("organizer__name"),
    }
    return render(request, "accounts/account.html", context)
