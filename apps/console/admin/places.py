from __future__ import annotations

from typing import Any

from django.contrib.admin import register
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability
from apps.console.desk import Desk
from apps.console.filters import OrganizerFilter
from apps.console.scoped import Needs
from apps.console.sites import organizer_site, platform_site
from apps.events.services.touch import touch_all_at
from apps.seating.models import Venue

EVENTS = Capability.MANAGE_EVENTS


@register(Venue, site=organizer_site)
@register(Venue, site=platform_site)
class VenueDesk(Desk):
    needs = Needs(view=EVENTS, add=EVENTS, change=EVENTS, delete=EVENTS)
    list_display = ("name", "street", "postcode", "city", "organizer")
    list_filter = (OrganizerFilter,)
    list_select_related = ("organizer",)
    search_fields = ("name__unaccent", "street__unaccent", "city__unaccent")
    search_help_text = _("Name, street or city")
    fields = (
        "organizer",
        "name",
        "street",
        ("postcode", "city", "country"),
        ("latitude", "longitude"),
        "access_notes",
    )

    def get_readonly_fields(
        self, request: HttpRequest, obj: Venue | None = None
    ) -> tuple[str, ...]:
        return ("organizer",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        if change:
            touch_all_at(obj.pk)
