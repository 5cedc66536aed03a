from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.forms.account import ApplicationForm
from apps.accounts.http import user_of
from apps.accounts.services.apply_to_sell import TooManyApplications, apply_to_sell


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = ApplicationForm(
        request.POST or None, initial={"email": user.email, "language": user.language}
    )
    if form.is_valid():
        try:
            organizer = apply_to_sell(form.application(), user, at=now())
        except TooManyApplications:
            form.add_error(None, _("You have several applications open. Wait for an answer first."))
        else:
            return redirect("accounts:applied", organizer.slug)
    return render(request, "accounts/apply.html", {"form": form})


@never_cache
@login_required
@require_http_methods(["GET"])
def applied(request: HttpRequest, slug: str) -> HttpResponse:
    theirs = user_of(request).memberships.select_related("organizer")
    membership = theirs.filter(organizer__slug=slug).first()
    if membership is None:
        return redirect("accounts:apply")
    return render(request, "accounts/applied.html", {"organizer": membership.organizer})
