from __future__ import annotations

from django.contrib.admin import register
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ApiKey
from apps.accounts.roles import Capability
from apps.console.desk import ListPage, Page, ReadDesk
from apps.console.filters import OrganizerFilter
from apps.console.scoped import Needs
from apps.console.sites import organizer_site
from apps.console.views import api_keys

MANAGE = Capability.MANAGE_ORGANIZER


@register(ApiKey, site=organizer_site)
class ApiKeyDesk(ReadDesk):
    needs = Needs(view=MANAGE)
    home = "revocation"
    list_display = (
        "name",
        "prefix",
        "role",
        "organizer",
        "created_at",
        "last_used_at",
        "revoked_at",
    )
    list_filter = ("role", OrganizerFilter)
    list_select_related = ("organizer",)
    search_fields = ("name", "prefix")
    search_help_text = _("Name or beginning")
    ordering = (F("revoked_at").desc(nulls_first=True), "-pk")  # type: ignore[assignment]  # Django takes expressions, too
    pages = (Page("revocation", api_keys.revocation, MANAGE),)
    list_pages = (ListPage("new", api_keys.new, MANAGE),)
    list_tools = (("new", _("Make an API key")),)
