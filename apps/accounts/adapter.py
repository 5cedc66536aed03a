from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """allauth's pages with our people in them, and our words for what goes wrong."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("The e-mail or the password is not right."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("The password is not right."),
        "incorrect_code": _("The code is not right."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "rate_limited": _("That was very fast. Wait a moment, then try again."),
        "email_taken": _("There is an account with this address already."),
        "same_as_current": _("That is the address you have."),
        "invalid_password_reset": _("This link does not work any more. Ask for a new one."),
    }

    def save_user(  # type: ignore[override]  # allauth has no types
        self,
        request: HttpRequest,
        user: User,
        form: Any,
        commit: bool = True,  # noqa: FBT001, FBT002 - allauth's signature
    ) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.language = get_language() or settings.LANGUAGE_CODE
        super().save_user(request, user, form, commit=commit)
        return user

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who came without an address: to their work, everybody else to their tickets."""
        user = request.user
        if user.is_staff:
            return reverse("platform:index")
        if user.is_authenticated and user.memberships.exists():
            return reverse("console:index")
        return settings.LOGIN_REDIRECT_URL

    def post_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse:  # type: ignore[override]  # allauth has no types
        """Pages are in their language from now on."""
        response = super().post_login(request, user, **login)
        speak(response, user.language)
        return response


def speak(response: HttpResponse, language: str) -> None:
    """Remember the language as Django's own language switch does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
