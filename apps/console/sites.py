"""Two admin sites in one design: organizers at /console/, operators at /platform/."""

from __future__ import annotations

from typing import Any

from csp.constants import UNSAFE_EVAL
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from apps.accounts.models import User
from apps.accounts.roles import Capability
from apps.console import navigation
from apps.console.access import Access, of_operator, of_team
from apps.console.views import dashboard
from apps.payments.gateways.pages import onboarding_origins

# Unfold's Alpine evaluates expressions in its templates. Nowhere but here.
CONSOLE_CSP = {"script-src": [UNSAFE_EVAL], "form-action": onboarding_origins()}

# Django's own pages that we do better elsewhere, or that would answer for rows of any organizer.
_DROPPED = {"password_change", "password_change_done", "view_on_site", "search"}


class ConsoleSite(UnfoldAdminSite):
    settings_name = "CONSOLE_THEME"
    index_title = _("Overview")
    enable_nav_sidebar = False
    final_catch_all_view = True
    groups: navigation.Groups = ()

    @staticmethod
    def _access(user: User | AnonymousUser) -> Access:
        raise NotImplementedError

    def access(self, request: HttpRequest) -> Access:
        kept: dict[str, Access] = request.__dict__.setdefault("console_access", {})
        if self.name not in kept:
            kept[self.name] = self._access(request.user)
        return kept[self.name]

    def get_urls(self) -> Any:
        return [url for url in super().get_urls() if getattr(url, "name", "") not in _DROPPED]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's
        return csp_update(CONSOLE_CSP)(super().admin_view(view, cacheable))

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The accounts' own sign-in; who is signed in and still stands here has no business here."""
        if request.user.is_authenticated:
            context = {"title": self.site_title, **(extra_context or {})}
            return render(request, "console/no_access.html", context, status=403)
        return redirect_to_login(request.GET.get("next") or "/", settings.LOGIN_URL)

    def logout(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        auth.logout(request)
        return HttpResponseRedirect("/")

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """How the code is cut is nothing to look at: the overview has everything."""
        return redirect(f"{self.name}:index")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        request.current_app = self.name
        return {
            **super().each_context(request),
            "site_title": self.site_title,
            "operator": self.access(request).everybody,  # who reads of organizers as of others
            "navigation": navigation.build(self, self.groups, request),
        }


class OrganizerSite(ConsoleSite):
    site_title = _("Console")
    index_template = "console/dashboard.html"
    groups = navigation.ORGANIZER
    _access = staticmethod(of_team)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        access = self.access(request)
        context = {
            **dashboard.organizer(request, access),
            "may_add_event": access.may(Capability.MANAGE_EVENTS),
            "may_manage": access.may(Capability.MANAGE_ORGANIZER),
            "may_earn": access.may(Capability.MANAGE_PAYOUTS),
        }
        return super().index(request, {**context, **(extra_context or {})})

    def has_permission(self, request: HttpRequest) -> bool:
        access = self.access(request)
        return any(access.may(capability) for capability in navigation.ANY)


class PlatformSite(ConsoleSite):
    site_title = _("Platform")
    index_template = "console/platform.html"
    groups = navigation.PLATFORM
    _access = staticmethod(of_operator)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().index(request, {**dashboard.platform(self.name), **(extra_context or {})})

    def has_permission(self, request: HttpRequest) -> bool:
        return self.access(request).everybody


organizer_site = OrganizerSite(name="console")
platform_site = PlatformSite(name="platform")
