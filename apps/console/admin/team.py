from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib.admin import display, register
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ClubMember, Invitation, Membership
from apps.accounts.roles import Capability
from apps.console.desk import Desk, ListPage, Page, ReadDesk
from apps.console.filters import OrganizerFilter
from apps.console.scoped import Needs
from apps.console.sites import organizer_site
from apps.console.views import team as team_pages

MANAGE = Capability.MANAGE_ORGANIZER


@register(Membership, site=organizer_site)
class MembershipDesk(ReadDesk):
    needs = Needs(view=MANAGE)
    home = "role"
    list_display = ("user", "name", "role", "organizer", "created_at")
    list_filter = ("role", OrganizerFilter)
    list_select_related = ("user", "organizer")
    search_fields = ("user__email", "user__name__unaccent")
    search_help_text = _("E-mail or name")
    ordering = ("organizer__name", "pk")
    pages = (Page("role", team_pages.role, MANAGE), Page("removal", team_pages.removal, MANAGE))

    @display(description=_("name"), ordering="user__name")
    def name(self, member: Membership) -> str:
        return member.user.name


@register(Invitation, site=organizer_site)
class InvitationDesk(ReadDesk):
    needs = Needs(view=MANAGE)
    home = "withdrawal"
    list_display = ("email", "role", "organizer", "open", "expires_at")
    list_filter = ("role", OrganizerFilter)
    list_select_related = ("organizer",)
    search_fields = ("email",)
    ordering = ("-pk",)
    pages = (Page("withdrawal", team_pages.withdrawal, MANAGE),)
    list_pages = (ListPage("new", team_pages.invitation, MANAGE),)
    list_tools = (("new", _("Invite somebody")),)

    @display(description=_("open"), boolean=True)
    def open(self, invitation: Invitation) -> bool:
        return invitation.accepted_at is None and invitation.expires_at > now()


if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[ClubMember]
else:
    _ModelForm = forms.ModelForm


class ClubMemberForm(_ModelForm):
    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


@register(ClubMember, site=organizer_site)
class ClubMemberDesk(Desk):
    form = ClubMemberForm
    needs = Needs(view=MANAGE, add=MANAGE, change=MANAGE, delete=MANAGE)
    list_display = ("email", "number", "valid_until", "organizer")
    list_filter = (OrganizerFilter,)
    list_select_related = ("organizer",)
    search_fields = ("email", "number")
    search_help_text = _("E-mail or number")
    ordering = ("email",)
    fields = ("organizer", "email", "number", "valid_until")
    list_pages = (ListPage("upload", team_pages.club_list, MANAGE),)
    list_tools = (("upload", _("Add a list")),)

    def get_readonly_fields(
        self, request: HttpRequest, obj: ClubMember | None = None
    ) -> tuple[str, ...]:
        return ("organizer",) if obj else ()
