from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.accounts.forms.account import JoinForm
from apps.accounts.http import user_of
from apps.accounts.invitations import invitation_with
from apps.accounts.models import Invitation, User
from apps.accounts.services.add_user import NewUser
from apps.accounts.services.join import InvitationUsed, join, join_as_new
from apps.core.rate_limit import allow

TRIES_PER_HOUR = 60
BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Whoever holds the mailed link may join: signed in, or with an account made here."""
    address = request.META.get("REMOTE_ADDR", "")
    if not allow(f"invitation:{address}", TRIES_PER_HOUR, 3600):
        return render(request, "429.html", status=429)
    found = invitation_with(secret, at=now())
    if found is None:
        return _over(request)
    try:
        if request.user.is_authenticated:
            return _as_signed_in(request, found)
        if _has_account(found.email):
            return render(request, "accounts/invitation.html", {"invitation": found})
        return _as_new(request, found)
    except InvitationUsed:
        return _over(request)


def _as_signed_in(request: HttpRequest, found: Invitation) -> HttpResponse:
    if request.method == "GET":
        return render(request, "accounts/invitation.html", {"invitation": found})
    join(found, user_of(request), at=now())
    return _welcome(request, found)


def _as_new(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/invitation.html", {"invitation": found, "form": form})
    new = NewUser(
        email=found.email,
        password=form.cleaned_data["password"],
        name=form.cleaned_data["name"],
        language=get_language() or "en",
    )
    user = join_as_new(found, new, at=now())
    login(request, user, backend=BACKEND)
    return _welcome(request, found)


def _has_account(email: str) -> bool:
    known = EmailAddress.objects.filter(email=email, verified=True)
    return known.exists() or User.objects.filter(email=email).exists()


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    name = {"name": found.organizer.name}
    messages.success(request, _("Welcome to the team of %(name)s.") % name)
    return redirect("accounts:account")


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_over.html", status=404)
